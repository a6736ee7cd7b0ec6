using System.Buffers;
using System.Text.Json;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// The identity of a replica. An empty disk in place of a replica has none, so it is never mistaken for the replica.
/// </summary>
/// <param name="Pair">The same on both replicas, and new whenever a replica joins: a replaced replica that returns has
/// another pair.</param>
/// <param name="Member">Different on the two replicas; equal members are one store.</param>
/// <param name="IsPrimary">The role. Hints are interpreted by role.</param>
internal sealed record MirrorIdentity(string Pair, string Member, bool IsPrimary)
{
    public static readonly DocumentName Name = "mirror-pair/identity";

    private const int Format = 1;

    /// <summary>
    /// Gets the pair and member of the other replica, until that replica has adopted the new pair; <see
    /// langword="null"/> if no replica must adopt the pair.
    /// </summary>
    public string? Joins { get; init; }

    /// <summary>Gets the version of the document.</summary>
    public DocumentETag Version { get; init; }

    /// <summary>Gets the text that identifies this replica in this pair.</summary>
    public string MemberInPair => $"{Pair}/{Member}";

    /// <summary>Returns the identity of a new replica, alone or in a new pair with another replica.</summary>
    public static MirrorIdentity New(bool isPrimary, MirrorIdentity? other = null) => new(Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString("N"), isPrimary) { Joins = other?.MemberInPair, Version = DocumentETag.None };

    /// <summary>Reads the identity of a replica, or returns <see langword="null"/> if the replica has none.</summary>
    public static async Task<MirrorIdentity?> ReadAsync(MirrorReplica replica, CancellationToken cancellationToken)
    {
        if (await replica.Provider.Documents.GetAsync(Name, cancellationToken).ConfigureAwait(false) is not { } document)
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
            throw Unreadable(replica.Name, exception);
        }

        throw Unreadable(replica.Name, null);
    }

    /// <summary>
    /// Writes the identity if the document is still the version that this identity was made from. Otherwise another
    /// process was faster, and the next read returns its identity.
    /// </summary>
    public async Task TryWriteAsync(MirrorReplica replica, CancellationToken cancellationToken)
    {
        try
        {
            await replica.Provider.Documents.PutAsync(Name, ToBytes(), Version, cancellationToken).ConfigureAwait(false);
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

    private static StorageCorruptedException Unreadable(string replica, Exception? exception) =>
        new($"The document '{Name}' of {replica} cannot be read, so the replica may belong to another mirror. Delete the document: the next start treats the replica as new and copies all images from the other replica.", exception) { Provider = replica };
}
