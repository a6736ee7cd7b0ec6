namespace ImageStorage.Formats;

/// <summary>
/// The codes of brands, boxes and items that the AVIF reader knows; the name of a constant is the code.
/// </summary>
internal static class AvifBoxTypes
{
    public const uint Ftyp = ('f' << 24) | ('t' << 16) | ('y' << 8) | 'p';
    public const uint Avif = ('a' << 24) | ('v' << 16) | ('i' << 8) | 'f';
    public const uint Avis = ('a' << 24) | ('v' << 16) | ('i' << 8) | 's';

    public const uint Meta = ('m' << 24) | ('e' << 16) | ('t' << 8) | 'a';
    public const uint Hdlr = ('h' << 24) | ('d' << 16) | ('l' << 8) | 'r';
    public const uint Pict = ('p' << 24) | ('i' << 16) | ('c' << 8) | 't';
    public const uint Vide = ('v' << 24) | ('i' << 16) | ('d' << 8) | 'e';
    public const uint Pitm = ('p' << 24) | ('i' << 16) | ('t' << 8) | 'm';
    public const uint Iinf = ('i' << 24) | ('i' << 16) | ('n' << 8) | 'f';
    public const uint Infe = ('i' << 24) | ('n' << 16) | ('f' << 8) | 'e';
    public const uint Iref = ('i' << 24) | ('r' << 16) | ('e' << 8) | 'f';
    public const uint Dimg = ('d' << 24) | ('i' << 16) | ('m' << 8) | 'g';
    public const uint Iloc = ('i' << 24) | ('l' << 16) | ('o' << 8) | 'c';
    public const uint Iprp = ('i' << 24) | ('p' << 16) | ('r' << 8) | 'p';
    public const uint Ipco = ('i' << 24) | ('p' << 16) | ('c' << 8) | 'o';
    public const uint Ipma = ('i' << 24) | ('p' << 16) | ('m' << 8) | 'a';
    public const uint Irot = ('i' << 24) | ('r' << 16) | ('o' << 8) | 't';
    public const uint Imir = ('i' << 24) | ('m' << 16) | ('i' << 8) | 'r';
    public const uint Ispe = ('i' << 24) | ('s' << 16) | ('p' << 8) | 'e';

    public const uint Av01 = ('a' << 24) | ('v' << 16) | ('0' << 8) | '1';
    public const uint Grid = ('g' << 24) | ('r' << 16) | ('i' << 8) | 'd';
    public const uint Iovl = ('i' << 24) | ('o' << 16) | ('v' << 8) | 'l';
    public const uint Iden = ('i' << 24) | ('d' << 16) | ('e' << 8) | 'n';
    public const uint Tmap = ('t' << 24) | ('m' << 16) | ('a' << 8) | 'p';
    public const uint Sato = ('s' << 24) | ('a' << 16) | ('t' << 8) | 'o';

    public const uint Moov = ('m' << 24) | ('o' << 16) | ('o' << 8) | 'v';
    public const uint Trak = ('t' << 24) | ('r' << 16) | ('a' << 8) | 'k';
    public const uint Tkhd = ('t' << 24) | ('k' << 16) | ('h' << 8) | 'd';
    public const uint Mdia = ('m' << 24) | ('d' << 16) | ('i' << 8) | 'a';
    public const uint Minf = ('m' << 24) | ('i' << 16) | ('n' << 8) | 'f';
    public const uint Stbl = ('s' << 24) | ('t' << 16) | ('b' << 8) | 'l';
    public const uint Stsd = ('s' << 24) | ('t' << 16) | ('s' << 8) | 'd';
    public const uint Stsz = ('s' << 24) | ('t' << 16) | ('s' << 8) | 'z';
    public const uint Stco = ('s' << 24) | ('t' << 16) | ('c' << 8) | 'o';
    public const uint Co64 = ('c' << 24) | ('o' << 16) | ('6' << 8) | '4';
    public const uint Auxv = ('a' << 24) | ('u' << 16) | ('x' << 8) | 'v';

    public const uint Mdat = ('m' << 24) | ('d' << 16) | ('a' << 8) | 't';
    public const uint Idat = ('i' << 24) | ('d' << 16) | ('a' << 8) | 't';
    public const uint Av1C = ('a' << 24) | ('v' << 16) | ('1' << 8) | 'C';
}
