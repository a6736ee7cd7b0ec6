using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Models a store by two dictionaries, and applies each random operation to the model and to the real store.
/// </summary>
internal sealed class StoreModel(IImageStorage storage, IDocumentStore documents, ManualClock clock, Random random)
{
    private static readonly string[] Keys = ["a", "a/b", "a/b/c.png", "A", "b.png", "con", "x/1.png", "x/10.png", "x/2.png", "é", "😀/z", "long/" + new string('y', 300)];
    private static readonly string[] Names = ["m/a", "m/a/b", "m/b", "m/c.json", "n/a"];
    private static readonly string[] Labels = ["red", "green", "blue"];

    private readonly Dictionary<ImageKey, Entry> _images = [];
    private readonly Dictionary<ImageKey, DateTimeOffset> _deleted = [];
    private readonly Dictionary<DocumentName, (byte[] Content, DocumentETag ETag)> _documents = [];
    private IImageStorage _storage = storage;
    private IDocumentStore _documentStore = documents;

    /// <summary>Gets the last operation, for the message of a failure.</summary>
    public string LastOperation { get; private set; } = "nothing yet";

    public void GoOnWith(IImageStorage storage, IDocumentStore documents) => (_storage, _documentStore) = (storage, documents);

    public Task StepAsync()
    {
        if (random.Next(3) == 0)
        {
            clock.Advance(TimeSpan.FromSeconds(random.Next(-20, 200)));
        }

        ImageKey key = Keys[random.Next(Keys.Length)];
        return random.Next(100) switch
        {
            < 35 => SaveAsync(key),
            < 47 => UpdateAsync(key),
            < 60 => DeleteAsync(key),
            < 72 => ReadAsync(key),
            < 84 => ListAsync(),
            < 92 => PutDocumentAsync(Names[random.Next(Names.Length)]),
            < 96 => DeleteDocumentAsync(Names[random.Next(Names.Length)]),
            _ => AssertSameAsync(),
        };
    }

    public async Task AssertSameAsync()
    {
        LastOperation = "compare all";
        var usage = await _storage.GetUsageAsync();
        Assert.That((usage.Count, usage.Bytes), Is.EqualTo((_images.Count, _images.Values.Sum(entry => (long)entry.Bytes.Length))));
        foreach (ImageKey key in Keys)
        {
            await ReadAsync(key);
        }

        foreach (var prefix in new[] { "m/", "n/" })
        {
            var expected = _documents.Keys.Select(name => name.Value).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
            Assert.That((await _documentStore.ListAsync(prefix)).Select(name => name.Value), Is.EqualTo(expected));
        }
    }

    private async Task SaveAsync(ImageKey key)
    {
        var bytes = SampleImages.OfLength(random.Next(100, random.Next(4) == 0 ? 200_000 : 2_000), random.Next());
        var existing = _images.GetValueOrDefault(key);
        var options = new SaveOptions
        {
            FileName = random.Next(2) == 0 ? null : $"{random.Next(100)}.png",
            Tags = Labels[..random.Next(4)],
            Metadata = random.Next(2) == 0 ? null : new Dictionary<string, string> { ["n"] = $"{random.Next(1_000)}" },
            CreatedAt = random.Next(5) == 0 ? clock.Now.AddMinutes(random.Next(-5_000, 5_000)) : null,
            Precondition = random.Next(5) switch { 0 => IfNoneMatch.Any, 1 => new IfMatch(SomeETag(existing)), _ => null },
        };
        LastOperation = $"save {key}, {bytes.Length} bytes, {options.Precondition}";
        if (await ConflictsAsync(options.Precondition, existing, async () => _images[key] = new(await _storage.SaveBytesAsync(key, bytes, options), bytes)))
        {
            return;
        }

        var info = _images[key].Info;
        Assert.That(info.Digest, Is.EqualTo(PieceContent.DigestOf(bytes)));
        Assert.That((info.FileName, info.Metadata.Count), Is.EqualTo((options.FileName, options.Metadata?.Count ?? 0)));
        Assert.That(info.Tags, Is.EqualTo(options.Tags.Order(StringComparer.Ordinal)));
        AssertVersion(existing, info, options.CreatedAt ?? existing?.Info.CreatedAt, _deleted.GetValueOrDefault(key));
    }

    private async Task UpdateAsync(ImageKey key)
    {
        var existing = _images.GetValueOrDefault(key);
        var update = new ImageUpdate
        {
            FileName = random.Next(3) switch { 0 => null, 1 => string.Empty, _ => $"{random.Next(100)}.gif" },
            Tags = random.Next(2) == 0 ? null : Labels[random.Next(3)..],
            Metadata = random.Next(2) == 0 ? null : new Dictionary<string, string> { ["m"] = $"{random.Next(1_000)}" },
            Precondition = random.Next(3) == 0 ? new IfMatch(SomeETag(existing)) : null,
        };
        LastOperation = $"update {key}, {update}";
        if (existing is null && update.Precondition is null)
        {
            Assert.That(async () => await _storage.UpdateAsync(key, update), Throws.TypeOf<ImageNotFoundException>());
            return;
        }

        if (await ConflictsAsync(update.Precondition, existing, async () => _images[key] = new(await _storage.UpdateAsync(key, update), existing!.Bytes)))
        {
            return;
        }

        var info = _images[key].Info;
        var change = new RecordUpdate { FileName = update.FileName, Metadata = update.Metadata, Tags = update.Tags };
        Assert.That(info, Is.EqualTo(change.ApplyTo(existing!.Info, info.ModifiedAt, info.ETag)));
        AssertVersion(existing, info, existing.Info.CreatedAt);
    }

    private async Task DeleteAsync(ImageKey key)
    {
        var existing = _images.GetValueOrDefault(key);
        var precondition = random.Next(3) == 0 ? new IfMatch(SomeETag(existing)) : null;
        LastOperation = $"delete {key}, {precondition}";
        if (!await ConflictsAsync(precondition, existing, async () => Assert.That(await _storage.DeleteAsync(key, new DeleteOptions { Precondition = precondition }), Is.EqualTo(_images.Remove(key)))))
        {
            _deleted[key] = existing?.Info.ModifiedAt > clock.Now ? existing.Info.ModifiedAt : clock.Now;
        }
    }

    private async Task ReadAsync(ImageKey key)
    {
        LastOperation = $"read {key}";
        var existing = _images.GetValueOrDefault(key);
        Assert.That(await _storage.GetInfoAsync(key), Is.EqualTo(existing?.Info));
        var range = existing is null || random.Next(2) == 0 ? (ByteRange?)null : new ByteRange(random.Next(existing.Bytes.Length), random.Next(1, 50_000));
        await using var image = await _storage.GetAsync(key, new GetOptions { Range = range });
        Assert.That(image?.Info, Is.EqualTo(existing?.Info));
        if (image is not null)
        {
            using var bytes = new MemoryStream();
            await image.Content.CopyToAsync(bytes);
            Assert.That(bytes.ToArray().AsSpan().SequenceEqual(existing!.Bytes.AsSpan((int)image.Range.Offset, (int)image.Range.Length)), Is.True, "The bytes differ from the saved bytes.");
        }
    }

    private async Task ListAsync()
    {
        var query = new ImageQuery
        {
            Order = (ImageOrder)random.Next(3),
            Prefix = random.Next(3) == 0 ? Keys[random.Next(Keys.Length)][..1].TrimEnd('\uD83D') : null,
            Tag = random.Next(3) == 0 ? Labels[random.Next(3)] : null,
            CreatedFrom = random.Next(4) == 0 ? clock.Now.AddMinutes(random.Next(-3_000, 100)) : null,
            CreatedBefore = random.Next(4) == 0 ? clock.Now.AddMinutes(random.Next(-100, 3_000)) : null,
            Limit = random.Next(1, 8),
        };
        LastOperation = $"list {query}";
        var expected = _images.Values.Select(entry => entry.Info).Where(query.Matches).ToList();
        expected.Sort((x, y) => ListPosition.Compare(query.Order, x, y));
        var listed = new List<ImageInfo>();
        await foreach (var info in _storage.EnumerateAsync(query))
        {
            listed.Add(info);
        }

        Assert.That(listed, Is.EqualTo(expected));
    }

    private async Task PutDocumentAsync(DocumentName name)
    {
        var content = new byte[random.Next(random.Next(3) == 0 ? 20_000 : 50)];
        random.NextBytes(content);
        var current = _documents.TryGetValue(name, out var document) ? document.ETag : DocumentETag.None;
        DocumentETag? expected = random.Next(4) switch { 0 => DocumentETag.None, 1 => current, 2 => new DocumentETag("stale"), _ => null };
        LastOperation = $"put document {name}, {expected}";
        if (expected is { } etag && etag != current)
        {
            Assert.That(async () => await _documentStore.PutAsync(name, content, expected), Throws.TypeOf<ImageConflictException>());
            return;
        }

        _documents[name] = (content, await _documentStore.PutAsync(name, content, expected));
        var read = await _documentStore.GetAsync(name);
        Assert.That(read!.Content.Span.SequenceEqual(content), Is.True);
        Assert.That(read.ETag, Is.EqualTo(_documents[name].ETag).And.Not.EqualTo(current));
    }

    private async Task DeleteDocumentAsync(DocumentName name)
    {
        LastOperation = $"delete document {name}";
        Assert.That(await _documentStore.DeleteAsync(name), Is.EqualTo(_documents.Remove(name)));
        Assert.That(await _documentStore.GetAsync(name), Is.Null);
    }

    private ImageETag SomeETag(Entry? existing) => existing is not null && random.Next(3) > 0 ? existing.Info.ETag : new ImageETag("stale");

    // Returns true when the precondition does not hold, after checking that the store agrees.
    private static async Task<bool> ConflictsAsync(Precondition? precondition, Entry? existing, Func<Task> act)
    {
        if (precondition is null || precondition.IsSatisfiedBy(existing?.Info.ETag))
        {
            await act();
            return false;
        }

        Assert.That(async () => await act(), Throws.TypeOf<ImageConflictException>());
        return true;
    }

    private void AssertVersion(Entry? existing, ImageInfo info, DateTimeOffset? createdAt, DateTimeOffset deletedAt = default)
    {
        Assert.That(info.ETag, Is.Not.EqualTo(existing?.Info.ETag));
        Assert.That(info.CreatedAt, Is.EqualTo(createdAt ?? clock.Now));
        if (existing is not null)
        {
            Assert.That(info.ModifiedAt, Is.GreaterThan(existing.Info.ModifiedAt));
            return;
        }

        // A store that remembers the delete for some time (a tombstone) may date the new version after the delete if the clock was set back.
        var follows = deletedAt >= clock.Now && info.ModifiedAt > deletedAt && info.ModifiedAt <= deletedAt.AddMilliseconds(1);
        Assert.That(info.ModifiedAt, follows ? Is.GreaterThan(deletedAt) : Is.EqualTo(clock.Now));
    }

    private sealed record Entry(ImageInfo Info, byte[] Bytes);
}
