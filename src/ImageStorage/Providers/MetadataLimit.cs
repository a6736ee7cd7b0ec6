using System.Text;

namespace ImageStorage.Providers;

/// <summary>
/// Checks the metadata of a record against the limit of a provider, after an update was merged into the record.
/// </summary>
public static class MetadataLimit
{
    /// <summary>Checks the sum of the UTF-8 bytes of file name, metadata and tags.</summary>
    /// <param name="info">The record.</param>
    /// <param name="maxBytes">The maximum number of bytes.</param>
    /// <exception cref="ImageValidationException">The sum exceeds the limit.</exception>
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
            throw new ImageValidationException(ImageValidationKind.InvalidMetadata, $"Image '{info.Key}' was refused: file name, metadata and tags have {bytes} UTF-8 bytes together, more than the {maxBytes} that the provider accepts.") { Key = info.Key };
        }
    }
}
