using ImageStorage.Providers;

using static ImageStorage.Formats.AvifBoxTypes;

namespace ImageStorage.Formats;

/// <summary>Reads the item properties box <c>iprp</c> (ISO/IEC 14496-12, 8.11.14): the sizes of items.</summary>
internal static class AvifItemProperties
{
    // ipma stores the number of properties of an item in one byte.
    private const int MaxAssociations = byte.MaxValue;

    /// <summary>
    /// Returns the size and the orientation of an item, or a refusal if the item has no valid size.
    /// </summary>
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

        indexes = indexes[..associations];
        return FindSize(ipco, indexes) with { Orientation = AvifOrientation.Read(ipco, indexes) };
    }

    /// <summary>
    /// Returns the largest area among the sizes (<c>ispe</c>) and sequence headers (<c>av1C</c>) of all items: a
    /// decoder allocates for auxiliary images, thumbnails and tiles, too.
    /// </summary>
    public static ImageHeader Largest(ReadOnlySpan<byte> iprp, AvifDataLocations locations)
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
                    Av1C => ReadConfiguration(properties.Body, locations),
                    _ => default,
                };
                largest = found.PixelCount > largest.PixelCount ? found : largest;
            }
        }

        return largest;
    }

    /// <summary>
    /// Returns the dimensions in the sequence header of a configuration (AV1 Codec ISO Media File Format Binding, 2.3),
    /// or zero without a sequence header.
    /// </summary>
    public static ImageHeader ReadConfiguration(ReadOnlySpan<byte> av1C, AvifDataLocations locations)
    {
        ImageHeader? sequence = av1C.Length > 4 ? Av1Obu.Largest(av1C[4..]) : null;
        locations.HasBareConfiguration |= sequence is null;
        return sequence ?? default;
    }

    /// <summary>Returns a size; dimensions beyond the range of an integer become the maximum.</summary>
    private static ImageHeader ReadSize(ReadOnlySpan<byte> ispe)
    {
        var fields = new IsoFields(ispe);
        fields.ReadVersion(out _);
        return new ImageHeader((int)Math.Min(fields.ReadUInt32(), int.MaxValue), (int)Math.Min(fields.ReadUInt32(), int.MaxValue));
    }

    /// <summary>
    /// Reads the property indexes of an item from an <c>ipma</c> box. Returns false if the box does not have the item.
    /// The count is -1 if the box is cut off or has the item twice.
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
                // The upper bit marks an essential property.
                indexes[at] = isLarge ? (ushort)(fields.ReadUInt16() & 0x7FFF) : (ushort)(fields.ReadByte() & 0x7F);
            }
        }

        count = fields.IsShort ? -1 : count;
        return isFound || fields.IsShort;
    }

    /// <summary>Finds the only <c>ispe</c> (HEIF 6.5.3) among the properties, whose indexes begin at 1.</summary>
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
