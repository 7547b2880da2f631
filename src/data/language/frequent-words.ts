/** A language that is known by its most frequent words, in lower case; none of them is a name. */
export interface Language {
  /** ISO 639-1. */
  code: string;
  /** English name. */
  name: string;
  words: ReadonlySet<string>;
}

/** Languages by code and name, each with its frequent words. */
const TABLE: readonly [code: string, name: string, words: string][] = [
  [
    'en',
    'English',
    'the of and to in is you that it he was for on are as with his they at be this have from or by not but what all were we when your can an there which their will if do how about',
  ],
  [
    'de',
    'German',
    'der die und das in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch',
  ],
  [
    'fr',
    'French',
    'le la les de des et en un une du que est pour qui dans ce il pas au sur se ne par plus avec son sont mais comme ou si leur aux cette été ses ont elle nous vous était deux',
  ],
  [
    'es',
    'Spanish',
    'de la que el en y a los se del las un por con no una su para es al lo como más pero sus le ya o este sí porque esta entre cuando muy sin sobre también me hasta hay donde',
  ],
  [
    'pt',
    'Portuguese',
    'de a o que e do da em um para com não uma os no se na por mais as dos como mas foi ao ele das tem à seu sua ou ser quando muito há nos já está também só pelo pela até',
  ],
  [
    'it',
    'Italian',
    'di e il la che in a per un è non una del si le con i da dei della al sono come anche lo ma ha gli nel alla più o suo se delle ai questo essere dal nella sua cui',
  ],
  [
    'nl',
    'Dutch',
    'de van het een en in is dat op te zijn met voor niet aan er om ook als dan maar bij door nog naar heeft uit ze wordt worden over wel hij je ik deze die kan werd was tot geen',
  ],
  [
    'sv',
    'Swedish',
    'och i att det som en på är av för med den till inte om ett han de var men sig från så har man hade vid kan nu när eller efter ska också vi hon bara skulle än över',
  ],
  [
    'da',
    'Danish',
    'og i at det er en til af på den for med der ikke de som et har han om var men sig vi fra så kan jeg eller skal hvor blev også efter over ved ud hun nu blive været hvad',
  ],
  [
    'no',
    'Norwegian',
    'og i det er en på til som for at med av den ikke de har å et han om var men seg jeg fra vi så kan eller etter skal hun også ble nå hva ved over blir være da opp',
  ],
  [
    'fi',
    'Finnish',
    'ja on ei että se hän oli joka mutta kun myös ovat niin kuin tai jos mukaan sen olla ole sitä vain nyt jo siitä vielä hänen kanssa jälkeen tämä ollut voi mitä',
  ],
  [
    'pl',
    'Polish',
    'w i na z się nie do to że jest o jak po co ale za od przez dla są oraz być może tak był który która tym go jego już tylko czy ma lub także przy pod bardzo',
  ],
  [
    'cs',
    'Czech',
    'a v se na je že s z do o i ve to k za pro by ale jako jsou po který však nebo jeho při která bylo jen už až aby podle které jak má než před byla',
  ],
  [
    'sk',
    'Slovak',
    'a v sa na je že s z do o aj to k za pre by ale ako sú po ktorý však alebo jeho pri ktorá bolo len už až aby podľa ktoré má pred bola keď čo vo',
  ],
  [
    'hu',
    'Hungarian',
    'a az és hogy nem is egy volt meg már csak de mint ez el még ha azt van vagy amely szerint után majd azonban nagyon lehet kell mert ki minden között',
  ],
  [
    'ro',
    'Romanian',
    'de și în a la cu nu pe o că este un din care se mai să au pentru sunt al ca fost ce dar sau fi după iar această prin lui ale dintre',
  ],
  [
    'tr',
    'Turkish',
    've bir bu da de için ile olarak çok daha en gibi sonra kadar ne var olan ama o ki her değil ise göre olduğu yeni tarafından ancak ya mi',
  ],
  [
    'hr',
    'Croatian',
    'i je u se na da za su od s koji a o će kao ne što to bi ali iz sam do nije koja ili po te samo biti kako još prema više bio nakon',
  ],
  [
    'id',
    'Indonesian',
    'yang dan di dengan untuk dari ini pada tidak itu dalam adalah akan ke oleh juga sebagai telah ada atau karena dapat lebih mereka kami seorang bisa',
  ],
  [
    'vi',
    'Vietnamese',
    'và của là có các trong cho được một những với không người này đã khi từ đến về để cũng ra như tại vào năm ở trên theo',
  ],
  [
    'ca',
    'Catalan',
    'de la que i el en a els les per un una amb del no al es és com més van ha seu seva però també o ser són aquest aquesta pels fou',
  ],
  [
    'ru',
    'Russian',
    'и в не на что с по он как это из к а но за то все его от для о у было так же был или бы до она мы при уже если только когда их',
  ],
  [
    'uk',
    'Ukrainian',
    'і в не на що з та до у як за від це про його для й він але був є його або також після які було ще вже того коли їх щоб під',
  ],
  [
    'bg',
    'Bulgarian',
    'на и в за да се от с е не по са че това като към до ще при или който след бе има му беше още само които може през',
  ],
  [
    'sr',
    'Serbian',
    'и је у се на да за су од који а о ће као не што то би али из сам до није која или по те само бити како још према више',
  ],
  [
    'ar',
    'Arabic',
    'في من على أن إلى عن التي مع ما هذا هذه الذي لا كان بعد كما أو قال ذلك وقال وفي بين قد كل حتى',
  ],
  [
    'fa',
    'Persian',
    'و در به از که این را با است برای آن یک می خود تا بر هم شد بود کرد شده نیز اما ای ها دو',
  ],
  [
    'ur',
    'Urdu',
    'کے میں کی ہے اور سے کا کو اس کہ نے پر ہیں یہ بھی ایک نہیں تھا وہ کر لیے تھے ہو جو',
  ],
  ['hi', 'Hindi', 'के में है की और से का को ने पर कि यह एक हैं नहीं इस भी कर लिए था हो गया तो ही'],
];

/** Every language that frequent words tell from others of its script. */
export const LANGUAGES: readonly Language[] = TABLE.map(([code, name, words]) => ({
  ...{ code, name, words: new Set(words.split(' ')) },
}));

/** Languages that one script tells of. */
export const LANGUAGE_OF_SCRIPT: Readonly<Record<string, readonly [code: string, name: string]>> = {
  Greek: ['el', 'Greek'],
  Hebrew: ['he', 'Hebrew'],
  Thai: ['th', 'Thai'],
  Georgian: ['ka', 'Georgian'],
  Armenian: ['hy', 'Armenian'],
  Hangul: ['ko', 'Korean'],
  Hiragana: ['ja', 'Japanese'],
  Han: ['zh', 'Chinese'],
  Bengali: ['bn', 'Bengali'],
  Tamil: ['ta', 'Tamil'],
  Telugu: ['te', 'Telugu'],
};
