namespace ImageStorage.Providers;

/// <summary>The numbers of the fields of a record. A number is never used for anything else, in any version.</summary>
internal static class RecordFields
{
    public const int Format = 1;
    public const int Key = 2;
    public const int ETag = 3;
    public const int ContentType = 4;
    public const int Length = 5;
    public const int Width = 6;
    public const int Height = 7;
    public const int XxHash128 = 8;
    public const int Sha256 = 9;
    public const int CreatedAt = 10;
    public const int ModifiedAt = 11;
    public const int FileName = 12;
    public const int Metadata = 13;
    public const int Tags = 14;
    public const int Properties = 15;
    public const int Orientation = 16;
    public const int FrameCount = 17;
    public const int Encoding = 18;

    /// <summary>The last field that this version knows.</summary>
    public const int Last = Encoding;

    // The fields of an entry of a map.
    public const int MapName = 1;
    public const int MapValue = 2;

    // The fields of a time.
    public const int Seconds = 1;
    public const int Nanoseconds = 2;

    // The fields of an encoding.
    public const int EncodingName = 1;
    public const int StoredLength = 2;
    public const int OriginalLength = 3;

    /// <summary>The highest format that this version reads. A record without the field has format 1.</summary>
    public const int KnownFormat = 1;

    /// <summary>
    /// The maximum number of bytes of all fields that a reader does not know. A newer version that needs more raises the format.
    /// </summary>
    public const int MaxUnknownBytes = 4096;
}

/// <summary>How the value of a field is encoded.</summary>
internal enum WireType
{
    /// <summary>Seven bits per byte, the lowest first.</summary>
    Varint = 0,

    /// <summary>Eight bytes.</summary>
    Fixed64 = 1,

    /// <summary>A length as varint, and that many bytes.</summary>
    Delimited = 2,

    /// <summary>Four bytes.</summary>
    Fixed32 = 5,
}
