package fake

// Tenants with something broken, and those who mend it.
var (
	wei      = person{"王伟", "+14155550145"}
	sofia    = person{"Sofia Lindqvist", "+46701740612"}
	olu      = person{"Olu Adeyemi", "+447700900530"}
	jelena   = person{"Jelena Petrović", "+447700900566"}
	frank    = person{"Frank's Plumbing", "+14155550119"}
	thi      = person{"Nguyễn Thị Hoa", "+61491570156"}
	neighbor = person{"", "+14155550187"}
)

func repairsTalks() []conversation {
	return []conversation{
		{wei, repairs, repairsSIM1, []line{
			tag("Cold"),
			in("14d 20:02", "你好,厨房的水龙头漏水了,能派人来看看吗?"),
			out("14d 20:15", "您好,王先生。明天上午9点到11点可以吗?"),
			in("14d 20:16", "可以,谢谢!"),
			out("13d 09:05", "师傅已经出发,大约20分钟后到。"),
			in("13d 10:40", "修好了,非常感谢 👍"),
			tag("Warm"),
			in("1d 19:48", "你好,洗衣机也有点问题,转的时候声音很大,像直升机一样。"),
			out("0d 09:02", "早上好!今天下午有空吗?"),
			in("0d 09:10", "下午三点以后都在家。"),
		}},
		{sofia, repairs, repairsSIM2, []line{
			tag("Cold"),
			in("26d 07:12", "Hej! Elementet i vardagsrummet är kallt. Resten fungerar."),
			out("26d 08:00", "Hej Sofia! Prova att vrida termostaten helt upp och vänta tio minuter."),
			in("26d 08:21", "Nu är det varmt. Och jag känner mig dum 🙈"),
			out("26d 08:22", "Inte alls, det händer oss också."),
			tag("Warm"),
			in("3d 17:17", "Nu har det hänt igen, men termostaten står på max."),
			out("3d 17:30", "Då behöver det luftas. Frank kommer i morgon mellan 8 och 10."),
			fails("2d 08:05", "God morgon! Frank är försenad, han kommer vid 11 i stället."),
			fails("2d 08:21", "God morgon! Frank är försenad, han kommer vid 11 i stället."),
			in("2d 10:32", "Hallå? Jag väntar fortfarande."),
			out("2d 10:40", "Förlåt, våra meddelanden kom inte fram! Han är hos dig kl. 11."),
			in("2d 11:25", "Han är här nu. Tack!"),
		}},
		{olu, repairs, repairsSIM1, []line{
			tag("Warm"),
			in("16d 21:30", "Evening. Smoke alarm in the hall keeps chirping every 40 seconds. I have counted."),
			out("16d 21:36",
				"Evening Olu! That's the battery. We'll bring one tomorrow, or there's a 9V in the fuse cupboard, top shelf."),
			in("16d 21:44", "Found it. The silence is beautiful."),
			tag("Hot"),
			in("2d 06:58", "Water coming through the bathroom ceiling!!"),
			in("2d 06:59", "Quite a lot of it"),
			out("2d 07:01", "On it. Can you turn the stopcock? Under the kitchen sink, clockwise."),
			in("2d 07:04", "Done. It has slowed down."),
			out("2d 07:06", "Frank is on his way, 25 min. Please keep away from the bathroom light."),
			in("2d 08:40", "He's a star. It was the flat upstairs, a burst hose."),
			out("2d 09:15",
				"Glad it's dry again. The insurer will write to you about the ceiling; keep photos of everything please."),
			tag("Warm"),
			in("1d 12:05", "Photos sent by e-mail, 14 of them. The last one is my lunch, ignore that."),
			hook("6m", "Cold"),
		}},
		{jelena, repairs, repairsSIM2, []line{
			tag("Warm"),
			in("7d 18:18", "Zdravo, interfon ne radi od juče. Dostavljači me zovu na telefon."),
			out("7d 18:40", "Zdravo Jelena, majstor dolazi u četvrtak pre podne. Da li ćete biti kod kuće?"),
			in("7d 18:45", "Biću, radim od kuće."),
			out("5d 12:10", "Popravljeno?"),
			in("5d 12:30", "Jeste! Samo što sad zvoni i kod mene i kod komšije 😂"),
			out("5d 12:33", "Uh. Vraćamo majstora."),
			tag("Cold"),
			in("4d 17:02", "Sad je sve kako treba. Hvala puno, pozdrav majstoru!"),
		}},
		{frank, repairs, repairsSIM1, []line{
			tag("VIP"),
			in("35d 07:45", "Morning. Orchard Lane boiler done, invoice to follow."),
			out("35d 07:58", "Thanks Frank, quick as ever."),
			out("13d 08:15", "Leaking tap at Mr Wang's, Maple 7, 9–11 please."),
			in("13d 08:17", "ok"),
			in("13d 10:35", "Done. Washer. 15 min."),
			out("2d 07:02", "Emergency: water through the ceiling, Elm Court 2B. Can you?"),
			in("2d 07:03", "25 min"),
			in("2d 08:45", "Hose upstairs. Replaced. Tell them to buy a better washing machine"),
			out("2d 10:41", "And Sofia at Birch Row is still waiting, can you be there at 11?"),
			in("2d 10:44", "ok"),
			in("2d 11:50", "Bled the radiator. She made me coffee, good coffee"),
			out("0d 09:15", "One more for today: washing machine \"like a helicopter\", Maple 7, after 3 pm."),
			in("0d 09:21", "ok"),
			in("0d 09:22", "Like which helicopter"),
		}},
		{thi, repairs, repairsSIM2, []line{
			tag("Cold"),
			in("9d 06:40", "Chào anh chị, ổ khóa cửa chính bị kẹt, em không vào nhà được."),
			out("9d 06:46", "Chào Hoa, thợ khóa sẽ tới trong 30 phút. Bạn chờ ở quán bên cạnh nhé, chúng tôi mời cà phê."),
			in("9d 07:31", "Xong rồi ạ, em cảm ơn nhiều. Cà phê ngon lắm ☕"),
		}},
		{neighbor, repairs, repairsSIM1, []line{
			in("0d 07:40",
				"Your builders at Pine Street 14 started drilling at 7 am AGAIN. This is the third time. The rules of the house "+
					"say 8, the city says 8, and my baby says never. Please have a word with them, otherwise I will, and I have "+
					"not slept."),
			out("0d 08:35", "You are right, and we are sorry. They have been told: not before 8, and not over noon either."),
		}},
	}
}
