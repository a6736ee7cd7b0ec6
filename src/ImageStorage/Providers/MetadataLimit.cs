using System.Text;

namespace ImageStorage.Providers;

/// <summary>Holds the record of an image to what a provider takes, where an update adds to what was there.</summary>
public static class MetadataLimit
{
    /// <summary>Checks the UTF-8 bytes of file name, metadata and tags together.</summary>
    /// <exception cref="ImageValidationException">They are over the limit.</exception>
    public static void Check(ImageInfo info, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(info);
        var bytes = info.FileName is null ? 0 : Encoding.UTF8.GetByteCount(info.FileName);
        foreach (var (name, value) in info.Metadata)
        {
            bytes += Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value);
        }

        foreach (var tag in info.Tags)
        {
            bytes += Encoding.UTF8.GetByteCount(tag);
        }

        if (bytes > maxBytes)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidMetadata, $"Image '{info.Key}' was refused: file name, metadata and tags have {bytes} UTF-8 bytes together, more than the {maxBytes} that the provider takes.") { Key = info.Key };
        }
    }
}
