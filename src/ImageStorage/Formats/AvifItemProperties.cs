using ImageStorage.Providers;

using static ImageStorage.Formats.AvifBoxTypes;

namespace ImageStorage.Formats;

/// <summary>The item properties box <c>iprp</c> (ISO/IEC 14496-12, 8.11.14): the size of an item.</summary>
internal static class AvifItemProperties
{
    // ipma counts the properties of an item in one byte.
    private const int MaxAssociations = byte.MaxValue;

    /// <summary>The size of the item, or the reason for which it has none.</summary>
    public static ImageHeaderResult ReadSize(ReadOnlySpan<byte> iprp, uint item)
    {
        ReadOnlySpan<byte> ipco = default;
        bool hasContainer = false;
        Span<ushort> indexes = stackalloc ushort[MaxAssociations];
        int associations = -1;
        var boxes = new IsoBoxes(iprp);
        while (boxes.MoveNext())
        {
            if (boxes.Type == Ipco && !hasContainer)
            {
                ipco = boxes.Body;
                hasContainer = true;
            }
            else if (boxes.Type == Ipma && TryReadAssociations(boxes.Body, item, indexes, out int found))
            {
                if (found < 0 || associations >= 0)
                {
                    return ImageHeaderResult.Invalid("the property associations (ipma) are cut off or name the primary item twice");
                }

                associations = found;
            }
            else if (boxes.Type == Ipco)
            {
                return ImageHeaderResult.Invalid("iprp has two property containers (ipco)");
            }
        }

        if (boxes.IsBroken || associations < 0)
        {
            return ImageHeaderResult.Invalid("the primary item has no properties (iprp)");
        }

        return FindSize(ipco, indexes[..associations]);
    }

    /// <summary>
    /// The largest area among the sizes (<c>ispe</c>) and sequence headers (<c>av1C</c>) of all items: a decoder allocates for auxiliary
    /// images, thumbnails and tiles, too.
    /// </summary>
    public static ImageHeader Largest(ReadOnlySpan<byte> iprp, AvifDataPlaces places)
    {
        ImageHeader largest = default;
        var boxes = new IsoBoxes(iprp);
        while (boxes.MoveNext())
        {
            if (boxes.Type != Ipco)
            {
                continue;
            }

            var properties = new IsoBoxes(boxes.Body);
            while (properties.MoveNext())
            {
                ImageHeader found = properties.Type switch
                {
                    Ispe => ReadSize(properties.Body),
                    Av1C => ReadConfiguration(properties.Body, places),
                    _ => default,
                };
                largest = found.PixelCount > largest.PixelCount ? found : largest;
            }
        }

        return largest;
    }

    /// <summary>The dimensions in the sequence header of a configuration (AV1 Codec ISO Media File Format Binding, 2.3); zero without one.</summary>
    public static ImageHeader ReadConfiguration(ReadOnlySpan<byte> av1C, AvifDataPlaces places)
    {
        ImageHeader? sequence = av1C.Length > 4 ? Av1Obu.Largest(av1C[4..]) : null;
        places.HasBareConfiguration |= sequence is null;
        return sequence ?? default;
    }

    /// <summary>A size as it is, or the largest one for dimensions beyond those of a picture.</summary>
    private static ImageHeader ReadSize(ReadOnlySpan<byte> ispe)
    {
        var fields = new IsoFields(ispe);
        fields.ReadVersion(out _);
        return new ImageHeader((int)Math.Min(fields.ReadUInt32(), int.MaxValue), (int)Math.Min(fields.ReadUInt32(), int.MaxValue));
    }

    /// <summary>
    /// Takes the property indexes of an item from an <c>ipma</c> box. False if the box does not have the item; a count of -1 if it
    /// is cut off or has the item twice.
    /// </summary>
    private static bool TryReadAssociations(ReadOnlySpan<byte> ipma, uint item, Span<ushort> indexes, out int count)
    {
        count = -1;
        bool isFound = false;
        var fields = new IsoFields(ipma);
        bool isWide = fields.ReadVersion(out uint flags) != 0;
        bool isLarge = (flags & 1) != 0;
        uint entries = fields.ReadUInt32();
        for (uint i = 0; i < entries && !fields.IsShort; i++)
        {
            uint id = fields.ReadItemId(isWide);
            int associations = fields.ReadByte();
            if (id != item)
            {
                fields.Skip(associations * (isLarge ? 2 : 1));
                continue;
            }

            count = isFound ? -1 : associations;
            if (isFound)
            {
                return true;
            }

            isFound = true;
            for (int at = 0; at < associations; at++)
            {
                // The upper bit says whether the property is essential.
                indexes[at] = isLarge ? (ushort)(fields.ReadUInt16() & 0x7FFF) : (ushort)(fields.ReadByte() & 0x7F);
            }
        }

        count = fields.IsShort ? -1 : count;
        return isFound || fields.IsShort;
    }

    /// <summary>Finds the one <c>ispe</c> (HEIF 6.5.3) among the properties, which are counted from 1.</summary>
    private static ImageHeaderResult FindSize(ReadOnlySpan<byte> ipco, ReadOnlySpan<ushort> indexes)
    {
        ImageHeader? size = null;
        int index = 0;
        var properties = new IsoBoxes(ipco);
        while (properties.MoveNext())
        {
            index++;
            if (properties.Type != Ispe || index > ushort.MaxValue || !indexes.Contains((ushort)index))
            {
                continue;
            }

            var fields = new IsoFields(properties.Body);
            fields.ReadVersion(out _);
            uint width = fields.ReadUInt32();
            uint height = fields.ReadUInt32();
            if (fields.IsShort || width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
            {
                return ImageHeaderResult.Invalid($"the dimensions {width} x {height} are not from 1 to 2147483647");
            }

            if (size is not null)
            {
                return ImageHeaderResult.Invalid("the primary item has two sizes (ispe)");
            }

            size = new ImageHeader((int)width, (int)height);
        }

        return properties.IsBroken ? ImageHeaderResult.Invalid("a box in ipco has an impossible size or reaches past its end")
            : size is null ? ImageHeaderResult.Invalid("the primary item has no size (ispe)")
            : ImageHeaderResult.Complete(size.Value);
    }
}
