using System.Text;
using System.Text.Json;
using ImageStorage.Documents;
using ImageStorage.Errors;

namespace ImageStorage.Mirroring;

/// <summary>What is written into both sides of a mirror, so that an empty disk in the place of one is never taken for it.</summary>
/// <param name="Pair">The same on both sides.</param>
/// <param name="Member">Different on the two sides: where it is the same, they are one store.</param>
/// <param name="IsPrimary">Which side it is: the notes on a side are read by it.</param>
internal sealed record MirrorIdentity(string Pair, string Member, bool IsPrimary)
{
    public static readonly DocumentName Name = "mirror-pair/identity";

    private const int Format = 1;

    public ReadOnlyMemory<byte> ToBytes() => Encoding.UTF8.GetBytes($$"""{ "format": {{Format}}, "pair": "{{Pair}}", "member": "{{Member}}", "primary": {{(IsPrimary ? "true" : "false")}} }""");

    public static MirrorIdentity NewIn(string? pair, bool isPrimary) => new(pair ?? Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"), isPrimary);

    /// <summary>Reads what a side says; null when it says nothing.</summary>
    public static async Task<MirrorIdentity?> ReadAsync(MirrorSide side, CancellationToken cancellationToken)
    {
        if (await side.Provider.Documents.GetAsync(Name, cancellationToken).ConfigureAwait(false) is not { } document)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(document.Content);
            var root = json.RootElement;
            if (root.GetProperty("format").GetInt32() == Format && root.GetProperty("pair").GetString() is { } pair && root.GetProperty("member").GetString() is { } member)
            {
                return new MirrorIdentity(pair, member, root.GetProperty("primary").GetBoolean());
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Unreadable(side.Name, exception);
        }

        throw Unreadable(side.Name, null);
    }

    /// <summary>Writes it, unless there is one already: another process was faster, and the next look sees what it wrote.</summary>
    public async Task TryWriteAsync(MirrorSide side, CancellationToken cancellationToken)
    {
        try
        {
            await side.Provider.Documents.PutAsync(Name, ToBytes(), DocumentETag.None, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            return;
        }
    }

    /// <summary>Writes it over the one that is there.</summary>
    public Task ReplaceAsync(MirrorSide side, CancellationToken cancellationToken) => side.Provider.Documents.PutAsync(Name, ToBytes(), null, cancellationToken);

    private static StorageCorruptedException Unreadable(string side, Exception? exception) =>
        new($"The document '{Name}' of {side} cannot be read, so nobody can tell whether it belongs to this mirror. Delete it: the next start treats the side as new and fills it from the other.", exception) { Provider = side };
}
