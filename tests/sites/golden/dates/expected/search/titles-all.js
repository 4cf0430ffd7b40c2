backissueTitles("all",[
["To the second","1971/05/to-the-second.html","1971-05-03T00:30:00+01:00","","en"],
["To the day","1971/05/to-the-day.html","1971-05-03","","en"],
["To the month","1971/05/to-the-month.html","1971-05","","en"],
["To the year","1971/to-the-year.html","1971","","en"]
]);
