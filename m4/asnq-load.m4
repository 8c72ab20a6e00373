# ASNQ_LOAD(NAME, TITLE, FILE, FUNCTION)
# --------------------------------------
# Has a library that was found loaded with dlopen(3) when it is needed, since
# loading one takes longer than a look-up.  That needs the name of the library's
# file, which readelf tells; FILE is the beginning of it, and FUNCTION one of
# its functions.  Where readelf does not tell, asnq is linked with the library
# as usual.
#
# Where it is to be loaded, defines NAME_FILE, and empties NAME_LIBS.
AC_DEFUN([ASNQ_LOAD],
[AS_IF([test "x$with_$1" = xyes],
	[AC_MSG_CHECKING([for the file of $2])
	 asnq_save_LIBS=$LIBS
	 LIBS="$m4_toupper([$1])_LIBS $LIBS"
	 asnq_file=
	 AC_LINK_IFELSE([AC_LANG_CALL([], [$4])],
		[asnq_file=`$READELF -d conftest$EXEEXT 2>/dev/null | sed -n \
			's/.*NEEDED.*\($3\.so.*\).$/\1/p'`])
	 LIBS=$asnq_save_LIBS
	 AC_MSG_RESULT([${asnq_file:-linked}])
	 AS_IF([test -n "$asnq_file"],
		[AC_DEFINE_UNQUOTED(m4_toupper([$1])[_FILE], ["$asnq_file"],
			[The file of $2, loaded when it is needed.])
		 m4_toupper([$1])_LIBS=])])])

# ASNQ_STATIC(NAME, MODULE)
# -------------------------
# Has a library, and what it needs, linked from archives.
AC_DEFUN([ASNQ_STATIC],
[m4_toupper([$1])_LIBS=`$PKG_CONFIG --static --libs "$2"` ||
	AC_MSG_ERROR([pkg-config does not say how to link $2 statically])
m4_toupper([$1])_LIBS="-Wl,-Bstatic $m4_toupper([$1])_LIBS -Wl,-Bdynamic"])
