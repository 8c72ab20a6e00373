# ASNQ_LOAD_LIBARCHIVE
# --------------------
# Loading libarchive and all that it depends on takes longer than a look-up.
# So asnq opens it with dlopen(3), and only for a compressed file.  That needs
# the file name of the library, which readelf tells; where it does not, asnq
# is linked with libarchive as usual.
AC_DEFUN([ASNQ_LOAD_LIBARCHIVE],
[AC_MSG_CHECKING([for the file of libarchive])
asnq_save_LIBS=$LIBS
asnq_save_CFLAGS=$CFLAGS
LIBS="$LIBARCHIVE_LIBS $LIBS"
CFLAGS="$LIBARCHIVE_CFLAGS $CFLAGS"
asnq_soname=
AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <archive.h>]],
		[[return archive_version_number() == 0;]])],
	[asnq_soname=`readelf -d conftest$EXEEXT 2>/dev/null | sed -n \
		's/.*NEEDED.*\(libarchive\.so.*\).$/\1/p'`])
LIBS=$asnq_save_LIBS
CFLAGS=$asnq_save_CFLAGS
AC_MSG_RESULT([${asnq_soname:-linked}])
AS_IF([test -n "$asnq_soname"],
	[AC_DEFINE_UNQUOTED([LIBARCHIVE_SONAME], ["$asnq_soname"],
		[The file of libarchive, opened when it is needed.])
	 AC_SEARCH_LIBS([dlopen], [dl])
	 LIBARCHIVE_LIBS=])])
