using static ImageStorage.Formats.AvifBoxTypes;

namespace ImageStorage.Formats;

/// <summary>The treatment of a box inside a description, by the types of the box and of its parent.</summary>
/// <param name="Kind">Skip, keep, or descend.</param>
/// <param name="Prefix">For a box to descend into: the number of bytes before its children.</param>
/// <param name="Kept">For a box to keep: the maximum number of bytes.</param>
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

        // Properties are identified by their index, so unread properties keep an empty box.
        Ipco => type is Ispe or Av1C ? Keep(512) : type is Irot or Imir ? Keep(1) : Keep(0),
        Moov => type == Trak ? Walk(0) : default,
        Trak => type == Mdia ? Walk(0) : type == Tkhd ? Keep(128) : default,
        Mdia => type == Minf ? Walk(0) : type == Hdlr ? Keep(32) : default,
        Minf => type == Stbl ? Walk(0) : default,

        // Of the tables of samples, only the first entry is read.
        Stbl => type == Stsd ? Walk(8) : type is Stco or Co64 or Stsz ? Keep(16) : default,
        Stsd => type == Av01 ? Walk(SampleEntryPrefix) : default,
        Av01 => type == Av1C ? Keep(512) : default,
        _ => default,
    };

    private static AvifBoxRule Keep(long max) => new(AvifBoxRuleKind.Keep, 0, max);

    private static AvifBoxRule Walk(int prefix) => new(AvifBoxRuleKind.Descend, prefix, 0);
}
