using static ImageStorage.Formats.AvifBoxTypes;

namespace ImageStorage.Formats;

/// <summary>What the scanner does with a box inside a description, by the types of the box and of its parent.</summary>
/// <param name="Kind">Whether the box is skipped, kept, or walked.</param>
/// <param name="Prefix">Of a box that is walked: the number of bytes before its children.</param>
/// <param name="Kept">Of a box that is kept: the maximum number of bytes.</param>
internal readonly record struct AvifBoxRule(AvifBoxRuleKind Kind, int Prefix, long Kept)
{
    // The fields of a visual sample entry before its boxes (ISO/IEC 14496-12, 12.1.3).
    private const int SampleEntryPrefix = 78;

    public static AvifBoxRule Of(uint parent, uint type) => parent switch
    {
        Meta => type switch
        {
            Iprp => Walk(0),
            Hdlr => Keep(32),
            Pitm or Iinf or Iref or Iloc => Keep(long.MaxValue),
            Idat => Keep(16 * 1024),
            _ => default,
        },
        Iprp => type == Ipco ? Walk(0) : Keep(long.MaxValue),

        // The properties are counted, so those that are not read keep their place.
        Ipco => type is Ispe or Av1C ? Keep(512) : Keep(0),
        Moov => type == Trak ? Walk(0) : default,
        Trak => type == Mdia ? Walk(0) : type == Tkhd ? Keep(128) : default,
        Mdia => type == Minf ? Walk(0) : type == Hdlr ? Keep(32) : default,
        Minf => type == Stbl ? Walk(0) : default,

        // Of the tables of samples, only the first one.
        Stbl => type == Stsd ? Walk(8) : type is Stco or Co64 or Stsz ? Keep(16) : default,
        Stsd => type == Av01 ? Walk(SampleEntryPrefix) : default,
        Av01 => type == Av1C ? Keep(512) : default,
        _ => default,
    };

    private static AvifBoxRule Keep(long most) => new(AvifBoxRuleKind.Keep, 0, most);

    private static AvifBoxRule Walk(int prefix) => new(AvifBoxRuleKind.Descend, prefix, 0);
}
