# ASNQ_NEEDS(WHAT, DEBIAN, FEDORA, ALPINE, FREEBSD, HOMEBREW)
# -----------------------------------------------------------
# Stops with an error: WHAT is missing.  Names its package for each system.
AC_DEFUN([ASNQ_NEEDS], [AC_MSG_ERROR([$1 is missing.  Install it:
    Debian, Ubuntu  apt install $2
    Fedora          dnf install $3
    Alpine          apk add $4
    FreeBSD         pkg install $5
    Homebrew        brew install $6])])

# ASNQ_LIBRARY(NAME, TITLE, USE, FIND,
#              DEBIAN, FEDORA, ALPINE, FREEBSD, HOMEBREW)
# -------------------------------------------------------
# Adds the option --with-NAME for an optional library:
#   auto  use the library where it is found (the default),
#   yes   stop with an error where it is missing,
#   no    leave it out.
# TITLE is the library's name in messages, and USE says in a few words what
# asnq does with it.  FIND is the library's pkg-config module; or, for a
# library that is only a header, the name of that header.  The last five
# arguments are the library's packages.
#
# Leaves with_NAME at "yes" or "no".  Where the library is used, defines
# HAVE_NAME and, from pkg-config, substitutes NAME_CFLAGS and NAME_LIBS.
AC_DEFUN([ASNQ_LIBRARY],
[AC_ARG_WITH([$1], [AS_HELP_STRING([--with-$1], [$3 @<:@auto@:>@])], [],
	[with_$1=auto])
AS_IF([test "x$with_$1" != xno],
	[_ASNQ_FIND(m4_toupper([$1]), [$4],
		[AC_DEFINE(m4_toupper([HAVE_$1]), [1],
			[Define to 1 to use $2: $3.])
		 with_$1=yes],
		[AS_IF([test "x$with_$1" = xyes],
			[ASNQ_NEEDS([$2], m4_shiftn([4], $@))])
		 with_$1=no])])])

# _ASNQ_FIND(PREFIX, FIND, IF-FOUND, IF-MISSING)
# ----------------------------------------------
# Looks for a header where FIND ends in ".h", else for a pkg-config module.
m4_define([_ASNQ_FIND],
[m4_bmatch([$2], [\.h$],
	[AC_CHECK_HEADER([$2], [$3], [$4])],
	[PKG_CHECK_MODULES([$1], [$2], [$3], [$4])])])
