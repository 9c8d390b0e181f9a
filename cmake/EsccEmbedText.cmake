# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# A script (cmake -DINPUT=… -DOUTPUT=… -DNAME=… -P): writes a header that
# holds a text file as the NUL-terminated array NAME.
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n"
       bytes "${bytes}")
file(WRITE ${OUTPUT} "static const char ${NAME}[] = {\n${bytes}0};\n")
