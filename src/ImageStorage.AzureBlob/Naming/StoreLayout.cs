using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace ImageStorage.AzureBlob.Naming;

/// <summary>Names of the blobs of a store.</summary>
/// <param name="prefix">The prefix of all names: empty, or ending with a slash.</param>
internal sealed class StoreLayout(string prefix)
{
    /// <summary>The maximum number of characters of a name. Emulators do not enforce the maximum.</summary>
    public const int MaxNameLength = 1024;

    private const string ImagesFolder = "images/";
    private const string DocumentsFolder = "documents/";
    private const string CreatedFolder = "created/";
    private const string PayloadsFolder = "payloads/";
    private const string SweepFolder = "sweep/";
    private const string RetainedFolder = "retained/";

    /// <summary>Gets the prefix of all names of the store.</summary>
    public string Root => prefix;

    /// <summary>Gets the prefix of images.</summary>
    public string Images { get; } = prefix + ImagesFolder;

    /// <summary>Gets the prefix of documents.</summary>
    public string Documents { get; } = prefix + DocumentsFolder;

    /// <summary>Gets the prefix of index entries.</summary>
    public string Created { get; } = prefix + CreatedFolder;

    /// <summary>Gets the prefix of payloads.</summary>
    public string Payloads { get; } = prefix + PayloadsFolder;

    /// <summary>Gets the prefix of sweep entries.</summary>
    public string Sweep { get; } = prefix + SweepFolder;

    /// <summary>Gets the name of the blob with the position of the sweep, which is after all sweep entries.</summary>
    public string SweepPosition { get; } = prefix + SweepFolder + "position";

    /// <summary>Gets the prefix of retained versions.</summary>
    public string Retained { get; } = prefix + RetainedFolder;

    /// <summary>Returns the name of an image.</summary>
    /// <exception cref="ImageValidationException">The name is longer than the service allows.</exception>
    public string OfImage(ImageKey key)
    {
        var name = Images + KeyNames.Encode(key.Value);
        return name.Length <= MaxNameLength
            ? name
            : throw new ImageValidationException(ImageValidationKind.InvalidKey, $"Image '{key}' was refused: the name of its blob has {name.Length} characters, more than the maximum of {MaxNameLength} in Azure Blob Storage. Use a shorter key, or a shorter prefix of the store.") { Key = key, Provider = AzureBlobImageProvider.ProviderName };
    }

    /// <summary>Reads the key from the name of an image.</summary>
    public bool TryGetKey(string name, out ImageKey key)
    {
        key = default;
        return name.StartsWith(Images, StringComparison.Ordinal) && KeyNames.TryDecode(name[Images.Length..], out key);
    }

    /// <summary>Returns the name of a document, or a prefix of names.</summary>
    public string OfDocument(string name) => Documents + name;

    /// <summary>Returns the name of a payload.</summary>
    public string OfPayload(Guid id) => $"{Payloads}{id:n}";

    /// <summary>Returns the name of a retained version.</summary>
    public string OfRetained(string id) => Retained + id;

    /// <summary>Returns the name of a sweep entry. Names are in the order of time.</summary>
    public string OfSweep(DateTimeOffset time, Guid payload) => string.Create(CultureInfo.InvariantCulture, $"{Sweep}{time.UtcTicks:x16}-{payload:n}");

    /// <summary>
    /// Returns the name of an index entry. Names are in the order newest first, and are never used again.
    /// </summary>
    public string OfEntry(DateTimeOffset createdAt, ImageKey key, ulong entryId) =>
        string.Create(CultureInfo.InvariantCulture, $"{StartOfTime(createdAt.UtcTicks)}-{XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(key.Value)):x16}-{entryId:x16}");

    /// <summary>Returns a name before all entries of a time and after all entries of later times.</summary>
    public string StartOfTime(long ticks) => string.Create(CultureInfo.InvariantCulture, $"{Created}{long.MaxValue - ticks:x16}");

    /// <summary>Reads the time and the id from the name of an index entry.</summary>
    public bool TryReadEntry(string name, out DateTimeOffset createdAt, out ulong entryId)
    {
        (createdAt, entryId) = (default, 0);
        var local = name.AsSpan(Math.Min(Created.Length, name.Length));
        if (local.Length != 50
            || !long.TryParse(local[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var inverted)
            || long.MaxValue - inverted is var ticks && (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
            || !ulong.TryParse(local[34..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out entryId))
        {
            return false;
        }

        createdAt = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }
}
