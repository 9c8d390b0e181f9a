-- SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
CREATE TABLE t(id INTEGER PRIMARY KEY, a INT, b TEXT, c REAL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<1000000)
INSERT INTO t SELECT i, (i*7919)%100003, 'row'||((i*31)%5003), i/7.0 FROM n;
CREATE INDEX ta ON t(a); CREATE INDEX tb ON t(b,a);
SELECT count(*), sum(a), round(avg(c),3) FROM t;
SELECT b, count(*), max(a) FROM t GROUP BY b ORDER BY 2 DESC, 1 LIMIT 10;
SELECT count(*) FROM t x JOIN t y ON x.a=y.a WHERE x.id<100000;
UPDATE t SET b=b||'-'||(a%17) WHERE a%3=0;
DELETE FROM t WHERE a%5=0;
SELECT count(*), min(b), max(b) FROM t;
WITH RECURSIVE f(n,a,b) AS (SELECT 1,0,1 UNION ALL SELECT n+1,b,(a+b)%1000007 FROM f WHERE n<1000000) SELECT max(a) FROM f;
SELECT sum(r) FROM (SELECT row_number() OVER (PARTITION BY b ORDER BY c DESC) r FROM t);
CREATE VIRTUAL TABLE ft USING fts5(x);
INSERT INTO ft SELECT b||' word'||(a%997)||' x'||(id%53) FROM t WHERE id<150000;
SELECT count(*) FROM ft WHERE ft MATCH 'word5 OR x7';
SELECT json_group_array(v) FROM (SELECT json_extract(json_object('k',a,'l',json_array(id,b)),'$.l[1]') v FROM t ORDER BY id LIMIT 5);
SELECT sum(length(json_object('k',a,'l',json_array(id,b)))) FROM t;
SELECT group_concat(x,',') FROM (SELECT hex(substr(b,1,3)) x FROM t ORDER BY b, id LIMIT 20);
