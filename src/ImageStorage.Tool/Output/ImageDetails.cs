using System.Globalization;

namespace ImageStorage.Tool.Output;

/// <summary>Prints the record of an image, one name and value per line, on a terminal and in a file alike.</summary>
internal static class ImageDetails
{
    public static void Write(ToolConsole console, ImageInfo info)
    {
        foreach (var (name, value) in Rows(info))
        {
            console.Out.WriteLine($"{name + ":",-14}{Printable.Line(value)}");
        }
    }

    private static IEnumerable<(string Name, string Value)> Rows(ImageInfo info)
    {
        yield return ("Key", info.Key.Value);
        yield return ("Type", info.ContentType);
        yield return ("Pixels", ImageLine.Pixels(info));
        if (info.Orientation is { } orientation)
        {
            yield return ("Orientation", string.Create(CultureInfo.InvariantCulture, $"{(int)orientation} ({orientation})"));
        }

        if (info.FrameCount is { } frames)
        {
            yield return ("Frames", string.Create(CultureInfo.InvariantCulture, $"{frames:N0}"));
        }

        yield return ("Length", string.Create(CultureInfo.InvariantCulture, $"{info.Length:N0} bytes"));
        yield return ("Created", Quantity.Time(info.CreatedAt));
        yield return ("Modified", Quantity.Time(info.ModifiedAt));
        yield return ("ETag", info.ETag.Value);
        yield return ("SHA-256", info.Sha256?.ToString() ?? "not recorded");
        yield return ("XXH128", info.XxHash128.ToString("x32", CultureInfo.InvariantCulture));
        if (info.FileName is { } fileName)
        {
            yield return ("File name", fileName);
        }

        if (info.Encoding is { } encoding)
        {
            yield return ("Encoding", string.Create(CultureInfo.InvariantCulture, $"{encoding.Name}, {encoding.StoredLength:N0} bytes stored"));
        }

        if (!info.Tags.IsEmpty)
        {
            yield return ("Tags", string.Join(", ", info.Tags));
        }

        foreach (var (name, value) in info.Metadata)
        {
            yield return ("Metadata", $"{name} = {value}");
        }

        foreach (var (name, value) in info.Properties)
        {
            yield return ("Property", $"{name} = {value}");
        }
    }
}
