/// Words that are names of persons too, and stand in texts that name nobody.
enum CommonWords {
    /// Words of markets, months, and parts of names of companies and funds: `Short`, `May`, `Trust`. They are written with a
    /// capital in the middle of a sentence too.
    static let ofMarkets = words(
        """
        account accounts adjusted advisors alpha alternative america american amount annual april asia asset assets august balance
        bank banks basis bear beta bid black bond bonds book borrow box brokerage bull butterfly buy buyer buyers calendar call calls
        calmar capital case cash chain chart charles chase close closed collar commodity common condor contract contracts corn cost
        coupon cover covered credit crude currency data date day days debit december delta deposit desk direct dividend dollar dollars
        dow duration early earnings east energy engle equity europe euro event exchange exercise expiration fact facts family february
        federal fed fee figure figures first fixed flat floor ford foundation friday fund funds future futures gain gains gamma gap
        global goldman gold greeks group growth health hedge hedges heston high holding holdings home hood hull income index individual
        inc insurance interest international invest investment investments investor investors ira iron january jensen joint july june
        jump kelly key kelvin knock ladder large last leg legs lehman level limit list live loan long loss losses lot low llc ltd
        management march margin mark market markets master may maturity merton micro model monday money month months morgan mutual
        national nasdaq net neutral north note notes november october offer oil open option options order orders over paper partners
        pay payment pension per plan point points portfolio position positions pound power preferred premium price prices principal
        profit profits property protective public put puts quarter quote rate rates ratio real report research retirement return
        returns rho rich risk roll roth round russell sachs sale saturday schedule scholes schwab score second securities security
        sell seller sellers september series settle share shares sharpe short side silver small sortino source south spot spread
        spreads stable standard stanley state statement states steel stock stocks stop straddle strangle street strike strikes
        strong sunday swap symbol target tax technology term theta thursday ticker time today tool total trade trader traders trades
        trading traditional transfer treasury trend treynor trust tuesday turn type under union united unit units upper user utility
        value vanguard vega vertical vix volume wall watch wealth wednesday week weeks weight wells west wheat wheel write writer year
        years yield yields zero
        al and ben bin da de del della der des di du el en et ii iii iv jr la le los mac of or san sr st ter the van vom von zu zur
        """
    )

    /// Words of any text, which are written small where they name nobody: `Young`, `Baker`.
    static let ofEveryday = words(
        """
        able about above abbey add after again age air all also angel apple arch archer are arm arrow art ash ask away axe bad bailey
        baker ball band banner barber bark barn baron barrel base bass baskets battle bay bays beach bean beard beck bell bench berg
        berry best better big bill birch bird bishop bit blank blaze blessing block bloom blue blunt board boat bolt bone bonus boot
        both bottom bow bowl boy branch brand brave bread break brewer brick bridge bright brisk brook brooks brown brush buck bud
        budge build bunch burn burns bush but butcher butler butter cage cake camp can candy canon cape card care carpenter carry cart
        carter carver castle cat chance chandler change chapel chapman charity check cherry child choice christian church city clay
        clean clear clerk cliff cloud coal coast coin cold collier come cook cool cooper copper core corner cotton count court cow
        craft crane crash cream creek crisp cross crow crown crystal cup curry cut dale daily dance dark dash dawn dean deal dear deep
        deer dell dew dial did dime dish dock does done door dove down draft drake draw dream dress drew drive drop drum dry due duke
        dull each eagle earl earth ease easter easy edge elder else end enough even ever every example exact faith fair fall far farm
        farmer farrow fast feather fell fern field fields fill find fine fire fish fisher fit flag flax fleet flint flood flower
        flowers fly focus folk follow foot for forest fork fort foster found fountain fox frame frank free freed french fresh friend
        from frost full game garden gardener garland garner gate gates general gentry gift give given glass glazer glover goes good
        goods grace grain grand grant grass grave gray great green grey grip ground grove guess guy had hair hale half hall ham hand
        hands handy hard hare has hatch hawk hay head heart hearth heath heaven hedges height held help her here hers hill hills him
        his hit hold holder hole holiday holly honey hood hook hope horn horse host hot house how human hunt hunter hurt ice idea if
        in into iris is island ivory ivy jack jade jet job jolly joy judge just justice keen keep kind king knight know known lace
        lake lamb land lane lark late laurel law lawn lay lead leader leaf lean left lemon less let liberty life light like lily line
        link lion little lock lodge look lord loss lost lot love lover luck lucky lust made maid main major make man manner many maple
        marble marsh marshal marshall marvel mason mass match max mead mean means meek mercy merit merry met might mild miles mill
        miller mine minor mint miss mist moody moon moore moral more morning moss most mount mouse much must name nature near new news
        next nice nickel night noble noon normal nose not now nut oak object off old olive one only other our out own owner pace pack
        page paid paige painter pair palm park parker parks parrot parson part pass past pat patience peace peach pearl pen penny
        people pepper perfect person pick pike pine piper pitt place plain planer plant play please plenty plum plumb pool poor pope
        poppy port porter post pot potter prayer present press price pride priest prime prince prior prize proper pure purple quick
        quiet rain raise ran range rash ray read reader ready reason red reed reeve rest rice ridge right ring rise river rivers road
        rob robin rock rocket room root rose rough row royal ruby rude rule run rush rye sad safe sage sail sailor saint salmon salt
        same sample sand sandy save savage saw say school sea seal search seat see self sell send sense service set settle sharp shaw
        she shepherd shine ship shore show side sign simple since sing single sky slack slate slow smart smile smith snow so soft sole
        some son song sort sound space spark speed spice spring square stack stage stand star start stay steep stem step stern stick
        still stone storm story strange stream string strong study such sue sum summer sun sure swan sweet swift table take tale tall
        taylor tell temple ten than that their them then there these they thing think this thorn thorne those though three through tide
        tiger till timber tin to too top touch tower town train travel tree trip true truth try tucker turner two vale valley very
        vice view vine violet virtue visit waite walk walker want ward warm wash waste water waters wave way weaver web weight well
        went were wheeler when where which while white whole why wild wilder will wind winder winner winter wise wish with wolf wood
        woods wool word work world worth would wren wright yard yet you young your
        string number array object boolean null true false name description properties required items question answer text sentence
        """
    )

    private static func words(_ list: String) -> Set<Substring> {
        Set(list.split(whereSeparator: \.isWhitespace))
    }
}
