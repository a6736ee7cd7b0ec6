using System.Buffers;
using ImageStorage.Providers;
using static ImageStorage.Formats.AvifBoxTypes;

namespace ImageStorage.Formats;

/// <summary>
/// The <c>meta</c> box of an AVIF: finds the primary item (<c>pitm</c>), what it is (<c>iinf</c>), where its data are (<c>iloc</c>), what it
/// is made of (<c>iref</c>) and how large it is (<c>ispe</c> among its properties). Numbers below are sections of ISO/IEC 14496-12, or of ISO/IEC 23008-12 (HEIF).
/// </summary>
internal static class AvifItems
{
    // The colour of the canvas of an overlay, before its dimensions (HEIF 6.6.2).
    private const int CanvasFill = 8;

    /// <summary>Whether the box names a primary item, that is, describes a still image.</summary>
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

        return boxes.IsBroken; // so that the reader says so
    }

    /// <summary>Reads the body of a <c>meta</c> box of which all boxes that are read are at hand.</summary>
    public static ImageHeaderResult Read(ReadOnlySpan<byte> meta, long contentEnd, AvifDataPlaces places)
    {
        ReadOnlySpan<byte> hdlr = default, pitm = default, iinf = default, iref = default, iloc = default, iprp = default, idat = default;
        IsoBoxes boxes = Children(meta);
        while (boxes.MoveNext())
        {
            bool isNew = boxes.Type switch
            {
                Hdlr => Take(ref hdlr, boxes.Body),
                Pitm => Take(ref pitm, boxes.Body),
                Iinf => Take(ref iinf, boxes.Body),
                Iref => Take(ref iref, boxes.Body),
                Iloc => Take(ref iloc, boxes.Body),
                Iprp => Take(ref iprp, boxes.Body),
                Idat => Take(ref idat, boxes.Body),
                _ => true,
            };
            if (!isNew)
            {
                return ImageHeaderResult.Invalid($"meta has two boxes {FourCc.ToText(boxes.Type)}");
            }
        }

        if (boxes.IsBroken)
        {
            return ImageHeaderResult.Invalid("a box in meta has an impossible size or reaches past its end");
        }

        if (!AvifSequence.IsHandler(hdlr, Pict))
        {
            return ImageHeaderResult.Invalid("meta has no handler (hdlr) for pictures");
        }

        var fields = new IsoFields(pitm);
        uint primary = fields.ReadItemId(fields.ReadVersion(out _) != 0);
        if (fields.IsShort)
        {
            return ImageHeaderResult.Invalid("meta names no primary item (pitm)");
        }

        ImageHeaderResult result = CheckType(iinf, primary, out bool isGrid)
            ?? CheckInputs(iref, primary, isGrid)
            ?? AvifItemLocations.Check(iloc, primary, contentEnd, places)
            ?? AvifItemProperties.ReadSize(iprp, primary);
        return result.State == ImageHeaderState.Complete ? WithLargest(result.Header, iprp, iinf, idat, places) : result;
    }

    private static ImageHeaderResult WithLargest(ImageHeader header, ReadOnlySpan<byte> iprp, ReadOnlySpan<byte> iinf, ReadOnlySpan<byte> idat, AvifDataPlaces places)
    {
        ImageHeader largest = AvifItemProperties.Largest(iprp, places);
        ImageHeader inside = FindData(iinf, idat, places);
        return ImageHeaderResult.Complete(header, inside.PixelCount > largest.PixelCount ? inside : largest);
    }

    /// <summary>The dimensions of the canvas that the layout of a grid or an overlay asks for (HEIF 6.6.2), or null when it is cut off.</summary>
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

    /// <summary>Finds the data of all items that a decoder allocates for; returns the largest area among those inside the description.</summary>
    private static ImageHeader FindData(ReadOnlySpan<byte> iinf, ReadOnlySpan<byte> idat, AvifDataPlaces places)
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
            if (kind != AvifDataKind.Other && places.SetKind(item, kind) is { IsInside: true } place && place.Offset < idat.Length)
            {
                ReadOnlySpan<byte> data = idat[(int)place.Offset..];
                data = data[..(int)Math.Min(data.Length, place.Length)];
                ImageHeader found = (kind == AvifDataKind.Units ? Av1Obu.Largest(data) : ReadCanvas(data, kind)) ?? default;
                largest = found.PixelCount > largest.PixelCount ? found : largest;
            }
        }

        return largest;
    }

    private static IsoBoxes Entries(ReadOnlySpan<byte> iinf)
    {
        var fields = new IsoFields(iinf);
        fields.Skip(fields.ReadVersion(out _) == 0 ? 2 : 4); // the count; the boxes tell it themselves
        return new IsoBoxes(fields.Rest);
    }

    /// <summary>Reads identifier and type of an item; versions 0 and 1 have no type, so they are no images.</summary>
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

    /// <summary>The boxes of a full box, whose version and flags come before them.</summary>
    private static IsoBoxes Children(ReadOnlySpan<byte> body) => new(body.Length < 4 ? body : body[4..]);

    /// <summary>Keeps the body of a box that may be there once; false the second time. An empty body is as good as none.</summary>
    private static bool Take(ref ReadOnlySpan<byte> place, ReadOnlySpan<byte> body)
    {
        bool isNew = place.IsEmpty;
        place = body;
        return isNew;
    }

    /// <summary>The primary item must be AV1 or derived from other items (8.11.6).</summary>
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
    /// The inputs of a derived image are one reference <c>dimg</c> from it (HEIF 6.6.1). A tile that stands twice in a grid is invalid, as
    /// libavif documents it (sofa_grid1x5_420_dimg_repeat).
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
                return ImageHeaderResult.Invalid("a tile stands twice in the grid of the primary item (dimg)");
            }
        }

        return references.IsBroken ? ImageHeaderResult.Invalid("a box in iref has an impossible size or reaches past its end")
            : isGrid && !hasInputs ? ImageHeaderResult.Invalid("the primary item is a grid without tiles (dimg)")
            : null;
    }

    /// <summary>Whether an identifier comes twice. Sorted, as the square of 65,535 would be seconds.</summary>
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
}
