backissueTitles("all",[
["Notice","1920/08/notice-96abbf5b.html","1920-08-02","","en"],
["Notice","1920/08/notice.html","1920-08-01","","en"],
["Letter","1920/letter.html","1920","","en"],
["Wells","1919/12/wells.html","1919-12","","en"]
]);
