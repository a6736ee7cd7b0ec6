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
        var sizes = FieldSizes.Read(ref fields);
        if (fields.IsShort || !sizes.AreLegal)
        {
            return ImageHeaderResult.Invalid("the item locations (iloc) are missing or malformed");
        }

        uint count = fields.ReadItemId(sizes.IsWide);
        bool hasPrimary = false;
        for (uint i = 0; i < count && !fields.IsShort; i++)
        {
            uint item = fields.ReadItemId(sizes.IsWide);
            int method = sizes.Version == 0 ? InFile : fields.ReadUInt16() & 0x0F;
            if (!TryCollectItem(ref fields, sizes, item, method, contentEnd, locations, out bool hasData))
            {
                return ImageHeaderResult.Invalid($"the content is cut off: the data of item {item} reach past its end at byte {contentEnd}");
            }

            hasPrimary |= item == primary && hasData;
        }

        locations.SortByItem();
        return fields.IsShort ? ImageHeaderResult.Invalid("the item locations (iloc) are cut off")
            : !hasPrimary ? ImageHeaderResult.Invalid($"the primary item {primary} has no data (iloc)")
            : null;
    }

    /// <summary>
    /// Collects the locations of the extents of an item. Returns false if an extent reaches past the end of the content.
    /// </summary>
    private static bool TryCollectItem(ref IsoFields fields, in FieldSizes sizes, uint item, int method, long contentEnd, AvifDataLocations locations, out bool hasData)
    {
        bool isHere = fields.ReadUInt16() == 0; // data reference index: another file otherwise
        ulong itemBase = fields.ReadSized(sizes.Base);
        int extents = fields.ReadUInt16();
        hasData = extents != 0;

        // Extents without any field take no bytes: 65,535 of them for every six bytes of the box would take seconds.
        int distinct = sizes.Offset + sizes.Length + sizes.Index == 0 ? Math.Min(extents, 1) : extents;
        for (int extent = 0; extent < distinct && !fields.IsShort; extent++)
        {
            fields.ReadSized(sizes.Index);
            ulong offset = fields.ReadSized(sizes.Offset);
            ulong length = fields.ReadSized(sizes.Length);
            if (isHere && !TryCollect(locations, item, (itemBase, offset, length), method, isFirst: extent == 0, contentEnd))
            {
                return false;
            }
        }

        return true;
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

    /// <summary>
    /// Returns whether the sum is at most the end, without overflow. A length of 0 means up to the end.
    /// </summary>
    private static bool Fits(ulong itemBase, ulong offset, ulong length, long contentEnd)
    {
        ulong end = (ulong)contentEnd;
        return itemBase <= end && offset <= end - itemBase && length <= end - itemBase - offset;
    }

    /// <summary>The version of the box and the sizes of its fields in bytes.</summary>
    private readonly record struct FieldSizes(byte Version, int Offset, int Length, int Base, int Index)
    {
        public bool IsWide => Version == 2;

        public bool AreLegal => Version <= 2 && IsLegal(Offset) && IsLegal(Length) && IsLegal(Base) && IsLegal(Index);

        public static FieldSizes Read(ref IsoFields fields)
        {
            byte version = fields.ReadVersion(out _);
            ushort sizes = fields.ReadUInt16();
            return new(version, sizes >> 12, (sizes >> 8) & 0x0F, (sizes >> 4) & 0x0F, version == 0 ? 0 : sizes & 0x0F); // reserved in version 0
        }

        private static bool IsLegal(int size) => size is 0 or 4 or 8;
    }
}
