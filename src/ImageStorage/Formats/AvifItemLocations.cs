using ImageStorage.Providers;

namespace ImageStorage.Formats;

/// <summary>
/// Reads the item location box <c>iloc</c> (ISO/IEC 14496-12, 8.11.3): the locations of the data, and whether the
/// content is cut off.
/// </summary>
internal static class AvifItemLocations
{
    private const int InFile = 0;
    private const int InDescription = 1;

    /// <summary>
    /// Collects the locations of the data. Returns a refusal if the primary item has no data, or if any data reach past
    /// the end of the content; otherwise null.
    /// </summary>
    public static ImageHeaderResult? Check(ReadOnlySpan<byte> iloc, uint primary, long contentEnd, AvifDataLocations locations)
    {
        var fields = new IsoFields(iloc);
        byte version = fields.ReadVersion(out _);
        ushort sizes = fields.ReadUInt16();
        (int offsetSize, int lengthSize, int baseSize) = (sizes >> 12, (sizes >> 8) & 0x0F, (sizes >> 4) & 0x0F);
        int indexSize = version == 0 ? 0 : sizes & 0x0F; // reserved in version 0
        if (fields.IsShort || version > 2 || !IsLegal(offsetSize) || !IsLegal(lengthSize) || !IsLegal(baseSize) || !IsLegal(indexSize))
        {
            return ImageHeaderResult.Invalid("the item locations (iloc) are missing or malformed");
        }

        bool isWide = version == 2;
        uint count = fields.ReadItemId(isWide);
        bool hasPrimary = false;
        for (uint i = 0; i < count && !fields.IsShort; i++)
        {
            uint item = fields.ReadItemId(isWide);
            int method = version == 0 ? InFile : fields.ReadUInt16() & 0x0F;
            bool isHere = fields.ReadUInt16() == 0; // data reference index: another file otherwise
            ulong itemBase = fields.ReadSized(baseSize);
            int extents = fields.ReadUInt16();
            hasPrimary |= item == primary && extents != 0;

            // Extents without any field take no bytes: 65,535 of them for every six bytes of the box would take
            // seconds.
            int distinct = offsetSize + lengthSize + indexSize == 0 ? Math.Min(extents, 1) : extents;
            for (int extent = 0; extent < distinct && !fields.IsShort; extent++)
            {
                fields.ReadSized(indexSize);
                ulong offset = fields.ReadSized(offsetSize);
                ulong length = fields.ReadSized(lengthSize);
                if (isHere && !TryCollect(locations, item, (itemBase, offset, length), method, isFirst: extent == 0, contentEnd))
                {
                    return ImageHeaderResult.Invalid($"the content is cut off: the data of item {item} reach past its end at byte {contentEnd}");
                }
            }
        }

        locations.SortByItem();
        return fields.IsShort ? ImageHeaderResult.Invalid("the item locations (iloc) are cut off")
            : !hasPrimary ? ImageHeaderResult.Invalid($"the primary item {primary} has no data (iloc)")
            : null;
    }

    /// <summary>
    /// Collects the location of an extent. Returns false if the extent reaches past the end of the content.
    /// </summary>
    private static bool TryCollect(AvifDataLocations locations, uint item, (ulong Base, ulong Offset, ulong Length) data, int method, bool isFirst, long contentEnd)
    {
        if (method == InFile && !Fits(data.Base, data.Offset, data.Length, contentEnd))
        {
            return false;
        }

        // An offset into the description is not checked here: data outside of the description are ignored later.
        long offset = (long)Math.Min(data.Base, long.MaxValue / 4) + (long)Math.Min(data.Offset, long.MaxValue / 4);
        long length = data.Length == 0 ? Math.Max(0, contentEnd - offset) : (long)Math.Min(data.Length, long.MaxValue / 4);
        if (method == InFile)
        {
            locations.DataEnd = Math.Max(locations.DataEnd, data.Length == 0 ? offset : offset + length);
        }

        if (isFirst && method is (InFile or InDescription))
        {
            locations.Add(new AvifDataLocation(item, offset, length, method == InDescription, AvifDataKind.Other));
        }

        return true;
    }

    private static bool IsLegal(int size) => size is 0 or 4 or 8;

    /// <summary>
    /// Returns whether the sum is at most the end, without overflow. A length of 0 means up to the end.
    /// </summary>
    private static bool Fits(ulong itemBase, ulong offset, ulong length, long contentEnd)
    {
        ulong end = (ulong)contentEnd;
        return itemBase <= end && offset <= end - itemBase && length <= end - itemBase - offset;
    }
}
