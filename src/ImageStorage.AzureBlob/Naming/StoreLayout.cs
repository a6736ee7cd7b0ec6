using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace ImageStorage.AzureBlob.Naming;

/// <summary>Where in the container things lie.</summary>
/// <param name="prefix">What all names of the store begin with; empty, or ending with a slash.</param>
internal sealed class StoreLayout(string prefix)
{
    /// <summary>The most characters that the service allows a name; emulators do not keep to it.</summary>
    public const int MostNameLength = 1024;

    private const string ImagesFolder = "images/";
    private const string DocumentsFolder = "documents/";
    private const string CreatedFolder = "created/";
    private const string PayloadsFolder = "payloads/";
    private const string SweepFolder = "sweep/";
    private const string KeptFolder = "kept/";

    /// <summary>The front of all names of the store.</summary>
    public string Root => prefix;

    public string Images { get; } = prefix + ImagesFolder;

    public string Documents { get; } = prefix + DocumentsFolder;

    public string Created { get; } = prefix + CreatedFolder;

    public string Payloads { get; } = prefix + PayloadsFolder;

    public string Sweep { get; } = prefix + SweepFolder;

    public string Kept { get; } = prefix + KeptFolder;

    /// <summary>The blob of an image.</summary>
    /// <exception cref="ImageValidationException">Its name would be longer than the service allows.</exception>
    public string OfImage(ImageKey key)
    {
        var name = Images + KeyNames.Encode(key.Value);
        return name.Length <= MostNameLength
            ? name
            : throw new ImageValidationException(ImageValidationKind.InvalidKey, $"Image '{key}' was refused: its blob would have a name of {name.Length} characters, more than the {MostNameLength} that Azure Blob Storage takes. Use a shorter key, or a shorter prefix of the store.") { Key = key, Provider = AzureBlobImageProvider.ProviderName };
    }

    /// <summary>The key of an image's blob, if it is one.</summary>
    public bool TryGetKey(string name, out ImageKey key)
    {
        key = default;
        return name.StartsWith(Images, StringComparison.Ordinal) && KeyNames.TryDecode(name[Images.Length..], out key);
    }

    public string OfDocument(string name) => Documents + name;

    public string OfPayload(Guid id) => $"{Payloads}{id:n}";

    /// <summary>The blob of a kept version.</summary>
    public string OfKept(string id) => Kept + id;

    /// <summary>The note that a payload is to be looked at later; names are in the order of time.</summary>
    public string OfSweep(DateTimeOffset time, Guid payload) => string.Create(CultureInfo.InvariantCulture, $"{Sweep}{time.UtcTicks:x16}-{payload:n}");

    /// <summary>The entry of an image in the index by time of creation: newest first, and one's own for each image that was ever created.</summary>
    public string OfEntry(DateTimeOffset createdAt, ImageKey key, ulong entryId) =>
        string.Create(CultureInfo.InvariantCulture, $"{StartOfTime(createdAt.UtcTicks)}-{XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(key.Value)):x16}-{entryId:x16}");

    /// <summary>What sorts in front of all entries of a time, and behind those of later ones.</summary>
    public string StartOfTime(long ticks) => string.Create(CultureInfo.InvariantCulture, $"{Created}{long.MaxValue - ticks:x16}");

    /// <summary>Reads the time and the id out of the name of an entry.</summary>
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
