backissueTitles("undated",[
["Unknown","undated/unknown.html","","","en"],
["Another unknown","undated/another-unknown.html","","","en"]
]);
