package extract

import (
	"strings"
	"testing"
)

func TestEnglish(t *testing.T) {
	tests := []struct {
		name, language, title, text string
		want                        bool
	}{
		{"record says so", "en", "", "Der Minister ist nicht nach Paris gereist, und das wird sich nicht ändern.", true},
		{"region", "en-GB", "", "", true},
		{"three letters", "ENG", "", "", true},
		{"name", "English", "", "", true},
		{"other record", "de", "The minister", "The minister went to the town.", false},
		{"other name", "French", "", "The minister went to the town.", false},
		{"undetermined", "und", "", "The minister went to the town.", true},
		{"nothing", "", "", "", true},
		{"too short to tell", "", "Oslo", "Fisk", true},
		{"names of other languages", "", "Von der Leyen in El Salvador", "Los Angeles and Rio de Janeiro host Charles de Gaulle in La Paz.", true},
		{"capitals", "", "MINISTER ASKS THE NEIGHBOURS FOR MORE FISH", "", true},
		{"figures", "", "Fish", strings.Repeat("1,200 t cod 3.4 pct ", 10), true},
		{"German", "", "Ministerin reist nach Oslo", "Die Ministerin hat am Montag mit dem Kollegen über Fisch gesprochen und ist nicht zufrieden.", false},
		{"French", "", "La pêche", "Le ministre n'est pas content des quotas et il a demandé une réunion avec les voisins du nord.", false},
		{"Spanish", "", "La pesca", "El ministro pidió más pescado para los barcos del norte y una reunión con las autoridades.", false},
		{"Portuguese", "", "A pesca", "O ministro não quer mais discutir os barcos e pediu uma reunião com as autoridades do norte.", false},
		{"Polish", "", "Ryby", "Minister powiedział, że nie zgodzi się na mniejsze kwoty, i nie jest zadowolony z odpowiedzi przez telefon.", false},
		{"Indonesian", "", "Ikan", "Menteri itu mengatakan bahwa kapal dari utara tidak akan diterima dan meminta pertemuan dengan tetangga.", false},
		{"Russian", "", "Рыба", "Министр попросил соседей о большей квоте.", false},
		{"Japanese", "", "漁業", "大臣は隣国により大きな割当を求めた。", false},
		{"Arabic", "", "سمك", "طلب الوزير حصة أكبر من الجيران.", false},
		{"no list for it", "", "", strings.Repeat("Ráðherrann vildi stærri kvóta handa bátum norðanlands ", 8), false},
		{"English with a quotation", "", "Fish", "The minister said \"nie się przez\" and that was all that she wanted to say of it.", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := English(test.language, test.title, test.text); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
