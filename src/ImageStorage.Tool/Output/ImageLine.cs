namespace ImageStorage.Tool.Output;

/// <summary>Describes an image in one line.</summary>
internal static class ImageLine
{
    /// <summary>Returns a description for a person: <c>cats/tom.png (image/png, 640 x 480, 23.4 kB)</c>.</summary>
    public static string Describe(ImageInfo info) => $"{info.Key} ({info.ContentType}, {Pixels(info)}, {Quantity.Bytes(info.Length)})";

    /// <summary>Returns the fields for scripts, separated by tabs, which no field contains.</summary>
    public static string Fields(ImageInfo info) => string.Join('\t', info.Key, info.ContentType, $"{info.Width}x{info.Height}", info.Length, Quantity.Time(info.CreatedAt));

    public static string Pixels(ImageInfo info) => $"{info.Width} x {info.Height}";
}
