using System.Globalization;
using System.IO.Hashing;
using System.Text;
using ImageStorage.Testing;

namespace ImageStorage.CrashHarness.Workload;

/// <summary>Payloads that can be computed from the id of the operation that stored them and from their name.</summary>
internal static class SelfDescribing
{
    /// <summary>
    /// The names of the metadata with the operation that stored the payload, and with the last operation on the image.
    /// </summary>
    public const string ContentName = "content";
    public const string OperationName = "operation";

    /// <summary>The name of the metadata with the key under which the payload was saved, which a copy keeps.</summary>
    public const string KeyName = "key";

    private const int LongestImage = 700_000;
    private const int LongestDocument = 3_000;

    public static byte[] Image(string id, string key)
    {
        var seed = SeedOf(id, key);
        return SampleImages.OfLength(DeclaredLength(id) ?? LengthOf(new Random(seed)), seed);
    }

    /// <summary>Returns a document with the id of the operation, and filling.</summary>
    public static byte[] Document(string id, string name)
    {
        var random = new Random(SeedOf(id, name));
        var filling = new byte[random.Next(LongestDocument)];
        random.NextBytes(filling);
        return [.. Encoding.UTF8.GetBytes($"{id}\n"), .. filling];
    }

    /// <summary>Returns the id in a document; null without one.</summary>
    public static string? IdOf(ReadOnlySpan<byte> document)
    {
        var end = document.IndexOf((byte)'\n');
        return end < 0 ? null : Encoding.UTF8.GetString(document[..end]);
    }

    private static int SeedOf(string id, string name) => unchecked((int)XxHash32.HashToUInt32(Encoding.UTF8.GetBytes($"{id} {name}")));

    private static long? DeclaredLength(string id)
    {
        var mark = id.IndexOf('~', StringComparison.Ordinal);
        return mark < 0 ? null : long.Parse(id.AsSpan(mark + 1), CultureInfo.InvariantCulture);
    }

    // Many small payloads, for the number of operations; some that take several writes; a few large ones.
    private static int LengthOf(Random random) => random.Next(20) switch
    {
        < 10 => random.Next(SampleImages.MinimumLength, 4_000),
        < 17 => random.Next(4_000, 100_000),
        _ => random.Next(100_000, LongestImage),
    };
}
