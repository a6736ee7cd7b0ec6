using static ImageStorage.Tests.Formats.Bytes;

namespace ImageStorage.Tests.Formats;

/// <summary>A hand-made AVIF whose parts a test may change or leave out; as it is, it is sound.</summary>
internal sealed class AvifParts
{
    private static readonly byte[] Version0 = [0, 0, 0, 0];

    public string MajorBrand { get; init; } = "avif";

    public string OtherBrands { get; init; } = "mif1";

    public string Handler { get; init; } = "pict";

    public string ItemType { get; init; } = "av01";

    public int Width { get; init; } = 64;

    public int Height { get; init; } = 32;

    /// <summary>Identifiers of 32 bits, large property indexes, a large size of <c>meta</c>.</summary>
    public bool Wide { get; init; }

    /// <summary>Whether the description comes after the data.</summary>
    public bool MetaLast { get; init; }

    /// <summary>The inputs of the primary item.</summary>
    public int[] Tiles { get; init; } = [];

    /// <summary>The data of the primary item.</summary>
    public byte[] Data { get; init; } = [1, 2, 3, 4, 5, 6, 7, 8];

    /// <summary>Where the data are given: 0 for the file, 1 for the box <c>idat</c> of the description.</summary>
    public byte ConstructionMethod { get; init; }

    /// <summary>How far the data reach beyond where they are.</summary>
    public int MissingData { get; init; }

    /// <summary>
    /// The properties, from 1; the primary item has the first two unless <see cref="Associations"/> says otherwise.
    /// </summary>
    public byte[][] Properties { get; init; } = [];

    public int[] Associations { get; init; } = [1, 2];

    /// <summary>Additional boxes at the end of <c>meta</c>.</summary>
    public byte[][] ExtraBoxes { get; init; } = [];

    /// <summary>The boxes of <c>meta</c> that are left out.</summary>
    public string[] Without { get; init; } = [];

    /// <summary>A unit with a reduced sequence header of 16-bit dimensions, or with a full one.</summary>
    public static byte[] SequenceUnit(int width, int height, bool isFull = false)
    {
        // Profile, still picture, reduced; then the level, or: no timing, no delay, one operating point of 12 bits and
        // level 5.
        string start = isFull ? "000" + "0" + "0" + "0" + "0" + "00000" + "000000000000" + "00101" : "000" + "1" + "1" + "00101";
        string bits = start + "1111" + "1111" + $"{width - 1:b16}{height - 1:b16}" + "1";
        byte[] payload = [.. bits.Chunk(8).Select(chunk => Convert.ToByte(new string(chunk).PadRight(8, '0'), 2))];
        return [0x0A, (byte)payload.Length, .. payload];
    }

    /// <summary>A unit with a frame of that many bytes.</summary>
    public static byte[] FrameUnit(int length) => [0x32, (byte)(0x80 | (length & 0x7F)), (byte)(length >> 7), .. Enumerable.Repeat((byte)0x5A, length)];

    public static byte[] Ispe(long width, long height) => Box("ispe", [.. Version0, .. U32(width), .. U32(height)]);

    public byte[] Make()
    {
        byte[] ftyp = Box("ftyp", [.. Ascii(MajorBrand), 0, 0, 0, 0, .. Ascii(OtherBrands)]);
        byte[] mdat = Box("mdat", Data);
        int dataOffset = ftyp.Length + 8 + (MetaLast ? 0 : Meta(0).Length);
        return MetaLast ? [.. ftyp, .. mdat, .. Meta(dataOffset)] : [.. ftyp, .. Meta(dataOffset), .. mdat];
    }

    /// <summary>A sequence that has tracks only: one of sound, one of pictures.</summary>
    public static byte[] Sequence(int width, int height, byte version = 1, byte[]? samples = null, string handler = "pict")
    {
        byte[] sound = Track(0, 0, "soun", 0);
        byte[] pictures = [.. Track(width, height, "pict", version, handler == "pict" ? samples : null), .. handler == "pict" ? [] : Track(width, height, handler, version, samples)];
        return [.. Box("ftyp", Ascii("avis\0\0\0\0msf1")), .. Box("moov", [.. Box("mvhd", new byte[100]), .. sound, .. pictures]), .. Box("mdat", 1, 2, 3)];
    }

    /// <summary>The tables of samples of a track: an entry with its dimensions and configuration.</summary>
    public static byte[] Samples(int width, int height, byte[] configuration) => Box("stbl", Box("stsd",
    [
        .. Version0, .. U32(1),
        .. Box("av01", [.. new byte[24], .. U16(width), .. U16(height), .. new byte[50], .. Box("av1C", [0x81, 0, 0, 0, .. configuration])]),
    ]));

    /// <summary>A sequence of 64 x 32 with a number of samples of twelve bytes.</summary>
    /// <param name="frames">The number of samples.</param>
    /// <param name="brand">The major brand; the others are avif and avis.</param>
    /// <param name="hasStill">Whether there is a still image, which shares its data with the first sample.</param>
    /// <param name="sizes">The box with the number of samples, if not the usual one.</param>
    /// <param name="between">The boxes between the tracks and their data.</param>
    /// <param name="dataFirst">Whether the data come before the tracks.</param>
    /// <param name="dataSize">The size in the header of the data, if not the usual one: 1 for a size of 64 bits, 0 for data that reach to the end.</param>
    public static byte[] Animation(int frames, string brand = "avis", bool hasStill = false, byte[]? sizes = null, byte[]? between = null, bool dataFirst = false, int? dataSize = null)
    {
        byte[] unit = SequenceUnit(64, 32);
        byte[] data = [.. Enumerable.Range(0, frames).SelectMany(_ => (byte[])[.. unit, .. new byte[12 - unit.Length]])];
        sizes ??= Box("stsz", [.. Version0, .. U32(0), .. U32(frames), .. Enumerable.Range(0, frames).SelectMany(_ => U32(12))]);
        byte[] entries = Box("stsd", [.. Version0, .. U32(1), .. Box("av01", [.. new byte[24], .. U16(64), .. U16(32), .. new byte[50]])]);
        byte[] Moov(int at) => Box("moov", Track(64, 32, "pict", 1, Box("stbl", [.. entries, .. sizes, .. Box("stco", [.. Version0, .. U32(1), .. U32(at)])])));

        byte[] ftyp = Box("ftyp", [.. Ascii(brand), 0, 0, 0, 0, .. Ascii("avifavis")]);
        var still = new AvifParts { Data = data };
        byte[] Description(int at) => [.. hasStill ? still.Meta(at) : [], .. dataFirst ? [] : Moov(at), .. between ?? []];
        byte[] large = dataSize == 1 ? [.. U32(0), .. U32(16 + data.Length)] : [];
        byte[] mdat = Box("mdat", [.. large, .. data]);
        mdat = dataSize is { } size ? mdat.With(0, U32(size)) : mdat;
        int dataAt = ftyp.Length + Description(0).Length + 8 + large.Length;
        return [.. ftyp, .. Description(dataAt), .. mdat, .. dataFirst ? Moov(dataAt) : []];
    }

    private static byte[] Track(int width, int height, string handler, byte version, byte[]? samples = null) => Box("trak",
    [
        .. Box("tkhd", [version, 0, 0, 0, .. new byte[(version == 1 ? 32 : 20) + 52], .. U16(width), 0, 0, .. U16(height), 0, 0]),
        .. Box("mdia", [.. Box("mdhd", new byte[20]), .. Box("hdlr", [.. Version0, .. Version0, .. Ascii(handler), .. new byte[13]]), .. samples is null ? [] : Box("minf", samples)]),
    ]);

    private byte[] Id(int value) => Wide ? U32(value) : U16(value);

    private byte[] Meta(int dataOffset)
    {
        byte[] one = [Wide ? (byte)1 : (byte)0, 0, 0, 0];
        byte[] iloc = Wide
            ? Box("iloc", [2, 0, 0, 0, 0x88, 0x84, .. U32(1), .. U32(1), 0, 0, 0, 0, .. U64(0), 0, 1, .. U32(0), .. U64((ulong)dataOffset), .. U64((ulong)(Data.Length + MissingData))])
            : Box("iloc", [0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1, .. U32(dataOffset), .. U32(Data.Length + MissingData)]);
        iloc = ConstructionMethod == 0 ? iloc : [.. Box("iloc", [1, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, ConstructionMethod, 0, 0, 0, 1, .. U32(0), .. U32(Data.Length)]), .. Box("idat", Data)];
        byte[] infe = Box("infe", [Wide ? (byte)3 : (byte)2, 0, 0, 0, .. Id(1), 0, 0, .. Ascii(ItemType), 0]);
        byte[][] properties = Properties.Length != 0 ? Properties : [Ispe(Width, Height), Box("av1C", 0x81, 0, 0, 0)];
        byte[] links = [(byte)Associations.Length, .. Associations.SelectMany(index => Wide ? U16(index | 0x8000) : [(byte)index])];
        byte[] ipma = Box("ipma", [one[0], 0, 0, one[0], .. U32(2), .. Id(9), 1, .. Wide ? U16(2) : [2], .. Id(1), .. links]);
        byte[] dimg = Tiles.Length == 0 ? [] : Box("dimg", [.. Id(1), .. U16(Tiles.Length), .. Tiles.SelectMany(Id)]);

        (string Name, byte[] Box)[] boxes =
        [
            ("hdlr", Box("hdlr", [.. Version0, .. Version0, .. Ascii(Handler), .. new byte[13]])),
            ("pitm", Box("pitm", [.. one, .. Id(1)])),
            ("iloc", iloc),
            ("iinf", Box("iinf", [.. one, .. Id(1), .. infe])),
            ("iref", dimg.Length == 0 ? [] : Box("iref", [.. one, .. dimg])),
            ("iprp", Box("iprp", [.. Box("ipco", [.. properties.SelectMany(property => property)]), .. ipma])),
        ];
        byte[] body = [.. Version0, .. boxes.Where(box => !Without.Contains(box.Name)).SelectMany(box => box.Box), .. ExtraBoxes.SelectMany(box => box)];
        return Wide ? [.. U32(1), .. Ascii("meta"), .. U64((ulong)(16 + body.Length)), .. body] : Box("meta", body);
    }
}
