/**
 * Made-up people from many places. Numbers are unique to each person and of ranges that reach nobody.
 */
import type { Random } from './random.ts';

export interface Person {
  readonly given: string;
  readonly family: string;
  /** As one writes both together there. */
  readonly full: string;
  /** How the name sounds, where its script does not tell. */
  readonly phonetic: { readonly given: string; readonly family: string } | undefined;
  readonly nickname: string | undefined;
  readonly mobile: string;
  readonly landline: string;
  readonly email: string;
  readonly city: string;
  readonly country: string;
}

interface Place {
  readonly country: string;
  readonly city: string;
  /** Country code and a beginning no number has there; seven digits follow. */
  readonly prefix: string;
  readonly familyFirst?: true;
  readonly given: readonly [Name, ...Name[]];
  readonly family: readonly [Name, ...Name[]];
}

/** A name, its Latin spelling for addresses, and how it sounds. */
type Name = readonly [name: string, latin: string, phonetic?: string];

const same = (...names: readonly [string, ...string[]]): readonly [Name, ...Name[]] => {
  const plain = (name: string): Name => [
    name,
    name
      .normalize('NFD')
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase(),
  ];
  const [first, ...rest] = names;
  return [plain(first), ...rest.map(plain)];
};

const PLACES: readonly [Place, ...Place[]] = [
  {
    country: 'Deutschland',
    city: 'München',
    prefix: '+49000',
    given: same('Jürgen', 'Käthe', 'Sören', 'Anneliese', 'Zoë'),
    family: same('Müller', 'Größ', 'von der Heide', 'Schäfer-Öztürk', 'Weiß'),
  },
  {
    country: 'United States',
    city: 'Springfield',
    prefix: '+1000',
    given: same('Mary-Ann', 'DeShawn', 'José', 'Robin', 'Hank'),
    family: same("O'Neil", 'Smith', 'García López', 'van Buren', 'Nguyen'),
  },
  {
    country: 'France',
    city: 'Orléans',
    prefix: '+33000',
    given: same('Élodie', 'François', 'Maëlle', 'Benoît'),
    family: same("L'Hôpital", 'Lefèvre', 'Brûlé', 'Saint-Exupéry'),
  },
  {
    country: 'Polska',
    city: 'Łódź',
    prefix: '+48000',
    given: same('Łukasz', 'Małgorzata', 'Żaneta', 'Święto'),
    family: same('Wójcik', 'Dąbrowska', 'Źrebak', 'Ćwik'),
  },
  {
    country: 'Türkiye',
    city: 'İzmir',
    prefix: '+90000',
    given: same('Çağla', 'İbrahim', 'Gökçe', 'Işıl'),
    family: same('Yılmaz', 'Şahin', 'Özgür', 'Aydın'),
  },
  {
    country: 'Việt Nam',
    city: 'Huế',
    prefix: '+84000',
    familyFirst: true,
    given: same('Thị Hương', 'Văn Đức', 'Ngọc Ánh'),
    family: same('Nguyễn', 'Trần', 'Phạm', 'Đỗ'),
  },
  {
    country: 'Україна',
    city: 'Київ',
    prefix: '+380000',
    given: [
      ['Олена', 'olena'],
      ['Тарас', 'taras'],
      ['Соломія', 'solomiia'],
    ],
    family: [
      ['Шевченко', 'shevchenko'],
      ['Коваль', 'koval'],
      ['Їжакевич', 'yizhakevych'],
    ],
  },
  {
    country: 'Ελλάδα',
    city: 'Θεσσαλονίκη',
    prefix: '+30000',
    given: [
      ['Αλέξανδρος', 'alexandros'],
      ['Ελένη', 'eleni'],
    ],
    family: [
      ['Παπαδόπουλος', 'papadopoulos'],
      ['Οικονόμου', 'oikonomou'],
    ],
  },
  {
    country: 'مصر',
    city: 'القاهرة',
    prefix: '+20000',
    given: [
      ['محمد', 'mohamed'],
      ['فاطمة', 'fatima'],
      ['يوسف', 'yusuf'],
    ],
    family: [
      ['عبد الرحمن', 'abdelrahman'],
      ['الحسيني', 'alhusseini'],
      ['نجيب', 'naguib'],
    ],
  },
  {
    country: 'ישראל',
    city: 'חיפה',
    prefix: '+972000',
    given: [
      ['נועה', 'noa'],
      ['דוד', 'david'],
    ],
    family: [
      ['בן־דוד', 'bendavid'],
      ['כהן', 'cohen'],
    ],
  },
  {
    country: '日本',
    city: '京都市',
    prefix: '+81000',
    familyFirst: true,
    given: [
      ['太郎', 'taro', 'たろう'],
      ['花子', 'hanako', 'はなこ'],
      ['さくら', 'sakura', 'さくら'],
    ],
    family: [
      ['山田', 'yamada', 'やまだ'],
      ['髙橋', 'takahashi', 'たかはし'],
      ['𠮷野', 'yoshino', 'よしの'],
    ],
  },
  {
    country: '中国',
    city: '成都',
    prefix: '+86000',
    familyFirst: true,
    given: [
      ['伟', 'wei', 'Wěi'],
      ['秀英', 'xiuying', 'Xiùyīng'],
    ],
    family: [
      ['王', 'wang', 'Wáng'],
      ['欧阳', 'ouyang', 'Ōuyáng'],
    ],
  },
  {
    country: '대한민국',
    city: '부산',
    prefix: '+82000',
    familyFirst: true,
    given: [
      ['민준', 'minjun'],
      ['서연', 'seoyeon'],
    ],
    family: [
      ['김', 'kim'],
      ['남궁', 'namgung'],
    ],
  },
  {
    country: 'भारत',
    city: 'मुंबई',
    prefix: '+91000',
    given: [
      ['आरव', 'aarav'],
      ['प्रिया', 'priya'],
    ],
    family: [
      ['शर्मा', 'sharma'],
      ['कृष्णमूर्ति', 'krishnamurthy'],
    ],
  },
  {
    country: 'ประเทศไทย',
    city: 'กรุงเทพฯ',
    prefix: '+66000',
    given: [
      ['สมชาย', 'somchai'],
      ['กุ้ง', 'kung'],
    ],
    family: [
      ['ใจดี', 'jaidee'],
      ['ศรีสุวรรณ', 'srisuwan'],
    ],
  },
];

const NICKNAMES: readonly [string, ...string[]] = [
  '🦊 Foxy',
  '👨‍👩‍👧 Fam',
  'Bär',
  'Mimi ❤️',
  'Chef 👩🏽‍🍳',
  '阿明',
  'ابو علي',
];

/** The person of that number: always the same one, and nobody else's number or address. */
export function makePerson(random: Random, index: number): Person {
  const dice = random.fork(`person/${String(index)}`);
  const place = dice.pick(PLACES);
  const given = dice.pick(place.given);
  const family = dice.pick(place.family);
  const digits = String(index).padStart(7, '0');
  return {
    given: given[0],
    family: family[0],
    full: place.familyFirst ? `${family[0]} ${given[0]}` : `${given[0]} ${family[0]}`,
    phonetic: given[2] && family[2] ? { given: given[2], family: family[2] } : undefined,
    nickname: dice.chance(0.15) ? dice.pick(NICKNAMES) : undefined,
    mobile: `${place.prefix}${digits}`,
    landline: `+44000${digits}`,
    email: `${given[1]}.${family[1]}.${String(index)}@example.com`,
    city: place.city,
    country: place.country,
  };
}
