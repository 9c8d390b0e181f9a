#define RETURN ret
	.globl qq
qq:	RETURN
