using System.Buffers;
using System.Text.Json;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>What is written into both sides of a mirror, so that an empty disk in the place of one is never taken for it.</summary>
/// <param name="Pair">The same on both sides, and a new one for each side that joins: one that was replaced and comes back is of another pair.</param>
/// <param name="Member">Different on the two sides: where it is the same, they are one store.</param>
/// <param name="IsPrimary">Which side it is: the notes on a side are read by it.</param>
internal sealed record MirrorIdentity(string Pair, string Member, bool IsPrimary)
{
    public static readonly DocumentName Name = "mirror-pair/identity";

    private const int Format = 1;

    /// <summary>The place of the side with which this one makes a new pair, until that side says so, too; null where it waited for nobody.</summary>
    public string? Joins { get; init; }

    /// <summary>The version of the document that it was read from.</summary>
    public DocumentETag Version { get; init; }

    /// <summary>This side in this pair.</summary>
    public string Place => $"{Pair}/{Member}";

    /// <summary>A side that is new, alone or in a new pair with another one.</summary>
    public static MirrorIdentity New(bool isPrimary, MirrorIdentity? other = null) => new(Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"), isPrimary) { Joins = other?.Place, Version = DocumentETag.None };

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
                return new MirrorIdentity(pair, member, root.GetProperty("primary").GetBoolean())
                {
                    Joins = root.TryGetProperty("joins", out var joins) ? joins.GetString() : null,
                    Version = document.ETag,
                };
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Unreadable(side.Name, exception);
        }

        throw Unreadable(side.Name, null);
    }

    /// <summary>Writes it, unless there is one already, or another than the one that it was made from: another process was faster, and the next look sees what it wrote.</summary>
    public async Task TryWriteAsync(MirrorSide side, CancellationToken cancellationToken)
    {
        try
        {
            await side.Provider.Documents.PutAsync(Name, ToBytes(), Version, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageConflictException)
        {
            return;
        }
    }

    private byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("pair", Pair);
            json.WriteString("member", Member);
            json.WriteBoolean("primary", IsPrimary);
            if (Joins is not null)
            {
                json.WriteString("joins", Joins);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static StorageCorruptedException Unreadable(string side, Exception? exception) =>
        new($"The document '{Name}' of {side} cannot be read, so nobody can tell whether it belongs to this mirror. Delete it: the next start treats the side as new and fills it from the other.", exception) { Provider = side };
}
