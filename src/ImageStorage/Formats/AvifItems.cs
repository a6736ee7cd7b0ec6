using System.Buffers;
using ImageStorage.Providers;
using static ImageStorage.Formats.AvifBoxTypes;

namespace ImageStorage.Formats;

/// <summary>
/// Reads the <c>meta</c> box of an AVIF: the primary item (<c>pitm</c>), its type (<c>iinf</c>), the locations of data
/// (<c>iloc</c>), the inputs of derived images (<c>iref</c>) and the size (<c>ispe</c> among the properties). Numbers
/// below are sections of ISO/IEC 14496-12, or of ISO/IEC 23008-12 (HEIF).
/// </summary>
internal static class AvifItems
{
    // The colour of the canvas of an overlay, before its dimensions (HEIF 6.6.2).
    private const int CanvasFill = 8;

    /// <summary>Returns whether the box names a primary item and so describes a still image.</summary>
    public static bool HasPrimary(ReadOnlySpan<byte> meta)
    {
        IsoBoxes boxes = Children(meta);
        while (boxes.MoveNext())
        {
            if (boxes.Type == Pitm)
            {
                return true;
            }
        }

        return boxes.IsBroken; // so that Read reports the broken box
    }

    /// <summary>Reads the body of a <c>meta</c> box with all kept boxes.</summary>
    public static ImageHeaderResult Read(ReadOnlySpan<byte> meta, long contentEnd, AvifDataLocations locations)
    {
        var kept = default(KeptBoxes);
        IsoBoxes boxes = Children(meta);
        while (boxes.MoveNext())
        {
            if (!kept.TryTake(boxes.Type, boxes.Body))
            {
                return ImageHeaderResult.Invalid($"meta has two boxes {FourCc.ToText(boxes.Type)}");
            }
        }

        if (boxes.IsBroken)
        {
            return ImageHeaderResult.Invalid("a box in meta has an impossible size or reaches past its end");
        }

        if (!AvifSequence.IsHandler(kept.Hdlr, Pict))
        {
            return ImageHeaderResult.Invalid("meta has no handler (hdlr) for pictures");
        }

        var fields = new IsoFields(kept.Pitm);
        uint primary = fields.ReadItemId(fields.ReadVersion(out _) != 0);
        if (fields.IsShort)
        {
            return ImageHeaderResult.Invalid("meta names no primary item (pitm)");
        }

        ImageHeaderResult result = CheckType(kept.Iinf, primary, out bool isGrid)
            ?? CheckInputs(kept.Iref, primary, isGrid)
            ?? AvifItemLocations.Check(kept.Iloc, primary, contentEnd, locations)
            ?? AvifItemProperties.ReadSize(kept.Iprp, primary);
        return result.State == ImageHeaderState.Complete ? WithLargest(result, kept, locations) : result;
    }

    private static ImageHeaderResult WithLargest(ImageHeaderResult result, in KeptBoxes kept, AvifDataLocations locations)
    {
        ImageHeader largest = AvifItemProperties.Largest(kept.Iprp, locations);
        ImageHeader inside = FindData(kept.Iinf, kept.Idat, locations);
        return ImageHeaderResult.Complete(result.Header, inside.PixelCount > largest.PixelCount ? inside : largest) with { Orientation = result.Orientation };
    }

    /// <summary>
    /// Returns the dimensions of the canvas of a grid or an overlay (HEIF 6.6.2), or null if the layout is cut off.
    /// </summary>
    public static ImageHeader? ReadCanvas(ReadOnlySpan<byte> layout, AvifDataKind kind)
    {
        var fields = new IsoFields(layout);
        fields.Skip(1); // version
        bool isWide = (fields.ReadByte() & 1) != 0;
        fields.Skip(kind == AvifDataKind.Grid ? 2 : CanvasFill); // rows and columns, or the colour of the canvas
        uint width = fields.ReadItemId(isWide);
        uint height = fields.ReadItemId(isWide);
        return fields.IsShort ? null : new ImageHeader((int)Math.Min(width, int.MaxValue), (int)Math.Min(height, int.MaxValue));
    }

    /// <summary>
    /// Sets the kind of the data of all items that a decoder allocates for. Returns the largest area of data inside the
    /// description.
    /// </summary>
    private static ImageHeader FindData(ReadOnlySpan<byte> iinf, ReadOnlySpan<byte> idat, AvifDataLocations locations)
    {
        ImageHeader largest = default;
        IsoBoxes entries = Entries(iinf);
        while (entries.MoveNext())
        {
            if (!TryReadEntry(entries, out uint item, out uint type))
            {
                continue;
            }

            AvifDataKind kind = type switch
            {
                Av01 => AvifDataKind.Units,
                Grid => AvifDataKind.Grid,
                Iovl => AvifDataKind.Overlay,
                _ => AvifDataKind.Other,
            };
            if (kind != AvifDataKind.Other && locations.SetKind(item, kind) is { IsInDescription: true } location && location.Offset < idat.Length)
            {
                ReadOnlySpan<byte> data = idat[(int)location.Offset..];
                data = data[..(int)Math.Min(data.Length, location.Length)];
                ImageHeader found = (kind == AvifDataKind.Units ? Av1Obu.Largest(data) : ReadCanvas(data, kind)) ?? default;
                largest = found.PixelCount > largest.PixelCount ? found : largest;
            }
        }

        return largest;
    }

    private static IsoBoxes Entries(ReadOnlySpan<byte> iinf)
    {
        var fields = new IsoFields(iinf);
        fields.Skip(fields.ReadVersion(out _) == 0 ? 2 : 4); // the count, which the boxes themselves define
        return new IsoBoxes(fields.Rest);
    }

    /// <summary>
    /// Reads identifier and type of an item. Items of versions 0 and 1 have no type, so they are no images.
    /// </summary>
    private static bool TryReadEntry(IsoBoxes entries, out uint item, out uint type)
    {
        (item, type) = (0, 0);
        var entry = new IsoFields(entries.Body);
        byte version = entry.ReadVersion(out _);
        if (entries.Type != Infe || version < 2)
        {
            return false;
        }

        item = entry.ReadItemId(version > 2);
        entry.Skip(2); // protection
        type = entry.ReadUInt32();
        return !entry.IsShort;
    }

    /// <summary>Returns the children of a full box, after its version and flags.</summary>
    private static IsoBoxes Children(ReadOnlySpan<byte> body) => new(body.Length < 4 ? body : body[4..]);

    /// <summary>Checks that the primary item is AV1 or derived from other items (8.11.6).</summary>
    private static ImageHeaderResult? CheckType(ReadOnlySpan<byte> iinf, uint primary, out bool isGrid)
    {
        isGrid = false;
        IsoBoxes entries = Entries(iinf);
        while (entries.MoveNext())
        {
            if (TryReadEntry(entries, out uint item, out uint type) && item == primary)
            {
                isGrid = type == Grid;
                return type is Av01 or Grid or Iovl or Iden or Tmap or Sato
                    ? null
                    : ImageHeaderResult.Invalid($"the primary item is of type {FourCc.ToText(type)}, not AV1 or derived from it");
            }
        }

        return ImageHeaderResult.Invalid($"the primary item {primary} is not among the items (iinf)");
    }

    /// <summary>
    /// Checks the inputs of a derived image: one reference <c>dimg</c> (HEIF 6.6.1). A grid with the same tile twice is
    /// invalid, as in libavif (sofa_grid1x5_420_dimg_repeat).
    /// </summary>
    private static ImageHeaderResult? CheckInputs(ReadOnlySpan<byte> iref, uint primary, bool isGrid)
    {
        var fields = new IsoFields(iref);
        bool isWide = fields.ReadVersion(out _) != 0;
        var references = new IsoBoxes(fields.Rest);
        bool hasInputs = false;
        while (references.MoveNext())
        {
            var reference = new IsoFields(references.Body);
            if (references.Type != Dimg || reference.ReadItemId(isWide) != primary)
            {
                continue;
            }

            int count = reference.ReadUInt16();
            if (hasInputs || count == 0 || reference.Rest.Length < count * (isWide ? 4 : 2))
            {
                return ImageHeaderResult.Invalid("the inputs (dimg) of the primary item are given twice, empty or cut off");
            }

            hasInputs = true;
            if (isGrid && HasRepeats(ref reference, count, isWide))
            {
                return ImageHeaderResult.Invalid("a tile occurs twice in the grid of the primary item (dimg)");
            }
        }

        return references.IsBroken ? ImageHeaderResult.Invalid("a box in iref has an impossible size or reaches past its end")
            : isGrid && !hasInputs ? ImageHeaderResult.Invalid("the primary item is a grid without tiles (dimg)")
            : null;
    }

    /// <summary>
    /// Returns whether an identifier occurs twice. Sorts, because comparing all pairs of 65,535 would take seconds.
    /// </summary>
    private static bool HasRepeats(ref IsoFields reference, int count, bool isWide)
    {
        const int OnStack = 128;
        uint[]? rented = count > OnStack ? ArrayPool<uint>.Shared.Rent(count) : null;
        try
        {
            Span<uint> ids = rented is null ? stackalloc uint[OnStack] : rented;
            ids = ids[..count];
            for (int i = 0; i < count; i++)
            {
                ids[i] = reference.ReadItemId(isWide);
            }

            ids.Sort();
            for (int i = 1; i < count; i++)
            {
                if (ids[i] == ids[i - 1])
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<uint>.Shared.Return(rented);
            }
        }
    }

    /// <summary>The bodies of the boxes in <c>meta</c> that are read.</summary>
    private ref struct KeptBoxes
    {
        public ReadOnlySpan<byte> Hdlr;
        public ReadOnlySpan<byte> Pitm;
        public ReadOnlySpan<byte> Iinf;
        public ReadOnlySpan<byte> Iref;
        public ReadOnlySpan<byte> Iloc;
        public ReadOnlySpan<byte> Iprp;
        public ReadOnlySpan<byte> Idat;

        /// <summary>Keeps the body of a box that may occur once. Returns false for a second box.</summary>
        public bool TryTake(uint type, ReadOnlySpan<byte> body) => type switch
        {
            AvifBoxTypes.Hdlr => Take(ref Hdlr, body),
            AvifBoxTypes.Pitm => Take(ref Pitm, body),
            AvifBoxTypes.Iinf => Take(ref Iinf, body),
            AvifBoxTypes.Iref => Take(ref Iref, body),
            AvifBoxTypes.Iloc => Take(ref Iloc, body),
            AvifBoxTypes.Iprp => Take(ref Iprp, body),
            AvifBoxTypes.Idat => Take(ref Idat, body),
            _ => true,
        };

        // An empty body counts as absent.
        private static bool Take(ref ReadOnlySpan<byte> target, ReadOnlySpan<byte> body)
        {
            bool isNew = target.IsEmpty;
            target = body;
            return isNew;
        }
    }
}
