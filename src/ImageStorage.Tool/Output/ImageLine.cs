namespace ImageStorage.Tool.Output;

/// <summary>An image in a few words.</summary>
internal static class ImageLine
{
    /// <summary>For people: <c>cats/tom.png (image/png, 640 x 480, 23.4 kB)</c>.</summary>
    public static string Describe(ImageInfo info) => $"{info.Key} ({info.ContentType}, {Pixels(info)}, {Quantity.Bytes(info.Length)})";

    /// <summary>For scripts that do not read JSON: fields between tabs, which no field can contain.</summary>
    public static string Fields(ImageInfo info) => string.Join('\t', info.Key, info.ContentType, $"{info.Width}x{info.Height}", info.Length, Quantity.Time(info.CreatedAt));

    public static string Pixels(ImageInfo info) => $"{info.Width} x {info.Height}";
}
