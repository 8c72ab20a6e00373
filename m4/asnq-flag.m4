# ASNQ_FLAG(GROUP, COMPILER-FLAG, [LINKER-FLAG], [PROLOGUE], [IF-REFUSED])
# ------------------------------------------------------------------------
# Checks that the compiler takes COMPILER-FLAG and the linker LINKER-FLAG,
# together with all flags taken by earlier calls.  If so, appends them to
# GROUP_CFLAGS and GROUP_LDFLAGS; otherwise runs IF-REFUSED.  A warning counts
# as a refusal.  PROLOGUE is C that begins the program compiled for the check.
AC_DEFUN([ASNQ_FLAG],
[AC_MSG_CHECKING([whether the compiler takes m4_normalize([$2 $3])])
asnq_save_CFLAGS=$CFLAGS
CFLAGS="$CFLAGS -Werror $asnq_flags $2 $3"
AC_LINK_IFELSE([AC_LANG_SOURCE([$4
#include <stdio.h>
int main(void) { return puts("x") < 0; }])],
	[asnq_taken=yes],
	[asnq_taken=no])
CFLAGS=$asnq_save_CFLAGS
AC_MSG_RESULT([$asnq_taken])
AS_IF([test $asnq_taken = yes],
	[asnq_flags="$asnq_flags $2 $3"
	 m4_ifnblank([$2], [$1_CFLAGS="$$1_CFLAGS $2"])
	 m4_ifnblank([$3], [$1_LDFLAGS="$$1_LDFLAGS $3"])],
	[$5])])
