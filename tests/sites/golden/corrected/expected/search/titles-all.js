backissueTitles("all",[
["Arson, says witness","1931/03/arson-says-witness.html","1931-03-04","","en"],
["Mill burns","1931/03/mill-burns.html","1931-03-02","The Post","en"]
]);
