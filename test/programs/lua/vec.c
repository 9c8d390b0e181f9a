/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* A Lua C module: userdata that holds a growing C array, registry references, upvalues. */
#include <lua.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
typedef struct { size_t n, cap; int *refs; char *tag; } Vec;
static Vec *chk(lua_State *L) { return (Vec *)luaL_checkudata(L, 1, "vec"); }
static int v_push(lua_State *L) {
  Vec *v = chk(L);
  if (v->n == v->cap) { v->cap = v->cap ? v->cap * 2 : 4; v->refs = realloc(v->refs, v->cap * sizeof *v->refs); }
  lua_pushvalue(L, 2);
  v->refs[v->n++] = luaL_ref(L, LUA_REGISTRYINDEX);
  return 0;
}
static int v_get(lua_State *L) {
  Vec *v = chk(L); lua_Integer i = luaL_checkinteger(L, 2);
  if (i < 1 || (size_t)i > v->n) return luaL_error(L, "index %d out of range (%s)", (int)i, v->tag);
  lua_rawgeti(L, LUA_REGISTRYINDEX, v->refs[i - 1]);
  return 1;
}
static int v_len(lua_State *L) { lua_pushinteger(L, (lua_Integer)chk(L)->n); return 1; }
static int v_gc(lua_State *L) {
  Vec *v = chk(L); size_t i;
  for (i = 0; i < v->n; i++) luaL_unref(L, LUA_REGISTRYINDEX, v->refs[i]);
  free(v->refs); free(v->tag); v->refs = NULL; v->n = 0;
  lua_pushinteger(L, luaL_optinteger(L, lua_upvalueindex(1), 0) + 1); lua_replace(L, lua_upvalueindex(1));
  return 0;
}
static int v_new(lua_State *L) {
  const char *s = luaL_optstring(L, 1, "vec");
  Vec *v = lua_newuserdata(L, sizeof *v);
  memset(v, 0, sizeof *v);
  v->tag = malloc(strlen(s) + 1); strcpy(v->tag, s);
  luaL_setmetatable(L, "vec");
  return 1;
}
static int cont(lua_State *L, int st, lua_KContext k) { (void)st; lua_pushinteger(L, (lua_Integer)k); return lua_gettop(L); }
static int v_yieldk(lua_State *L) { return lua_yieldk(L, lua_gettop(L), 42, cont); }
int luaopen_vec(lua_State *L) {
  luaL_newmetatable(L, "vec");
  lua_pushcfunction(L, v_push); lua_setfield(L, -2, "push");
  lua_pushcfunction(L, v_get); lua_setfield(L, -2, "get");
  lua_pushcfunction(L, v_len); lua_setfield(L, -2, "__len");
  lua_pushinteger(L, 0); lua_pushcclosure(L, v_gc, 1); lua_setfield(L, -2, "__gc");
  lua_pushvalue(L, -1); lua_setfield(L, -2, "__index");
  lua_newtable(L);
  lua_pushcfunction(L, v_new); lua_setfield(L, -2, "new");
  lua_pushcfunction(L, v_yieldk); lua_setfield(L, -2, "yieldk");
  return 1;
}
