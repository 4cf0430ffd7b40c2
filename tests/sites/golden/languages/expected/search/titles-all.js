backissueTitles("all",[
["افتتاح الميناء","1950/06/ftth-lmyn.html","1950-06-03","","ar"],
["Der Hafen öffnet","1950/06/der-hafen-offnet.html","1950-06-02","","de"],
["The harbour opens","1950/06/the-harbour-opens.html","1950-06-01","","en"]
]);
