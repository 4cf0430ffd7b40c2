backissueTitles("all",[
["Thaw","1963/01/thaw.html","1963-01-30","The Lock Gazette","en"],
["The upper lock","1963/01/the-upper-lock.html","1963-01-11","The Lock Gazette","en"],
["Skates sold out","1963/01/skates-sold-out.html","1963-01-09","The Lock Gazette","en"],
["Ice on the canal","1963/01/ice-on-the-canal.html","1963-01-04","The Lock Gazette","en"]
]);
