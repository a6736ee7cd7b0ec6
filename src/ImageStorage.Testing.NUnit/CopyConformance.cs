using System.Collections.Immutable;
using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests copies, through <see cref="IImageStorage"/> and at the provider: a copy has the bytes and the record of one
/// version of its source, is committed whole or not at all, and is independent of the source afterwards.
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract partial class CopyConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private const string Source = "folder/source.png";
    private const string Target = "other/folder/target.png";
    private static readonly StoreDamage[] Damages = Enum.GetValues<StoreDamage>();

    // Some providers store small and large images differently.
    private static readonly int[] Lengths = [300, 70_000, 700_000];

    [TestCaseSource(nameof(Lengths))]
    public async Task Copy_has_the_bytes_and_the_record_of_the_source(int length)
    {
        var put = PutOf(Source, Image(1, length)) with
        {
            FileName = "Größe.png",
            Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("artist", "Ada"),
            Tags = ["one", "two"],
        };
        var source = await Provider.PutAsync(put);
        Clock.Advance(TimeSpan.FromHours(1));

        var copy = await Storage.CopyAsync(Source, Target);

        Assert.That(copy, Is.EqualTo(source with { Key = Target, ETag = copy.ETag, CreatedAt = Clock.Now, ModifiedAt = Clock.Now }));
        Assert.That(copy.ETag, Is.Not.EqualTo(source.ETag));
        Assert.That(await Storage.GetInfoAsync(Target), Is.EqualTo(copy));
        Assert.That(await Storage.GetInfoAsync(Source), Is.EqualTo(source));
        await AssertHoldsAsync(Target, Image(1, length));
        await AssertHoldsAsync(Source, Image(1, length));
    }

    [TestCaseSource(nameof(Lengths))]
    public async Task Copy_has_the_properties_and_the_facts_of_the_source(int length)
    {
        var put = PutOf(Source, Image(1, length)) with
        {
            Properties = ImmutableSortedDictionary<string, string>.Empty.Add("tests.origin", "camera"),
            Orientation = ImageOrientation.RightTop,
            FrameCount = 1,
        };
        var source = await Provider.PutAsync(put);

        var copy = await Storage.CopyAsync(Source, Target);

        Assert.That(copy, Is.EqualTo(source with { Key = Target, ETag = copy.ETag, CreatedAt = copy.CreatedAt, ModifiedAt = copy.ModifiedAt }));
        Assert.That(await Storage.GetInfoAsync(Target), Is.EqualTo(copy));
    }

    [TestCaseSource(nameof(Lengths))]
    public async Task Copy_over_an_image_replaces_it_and_keeps_its_time_of_creation(int length)
    {
        var replaced = await Storage.SaveBytesAsync(Target, Image(2, 1000 - (length % 7)), new SaveOptions { Tags = ["old"] });
        Clock.Advance(TimeSpan.FromHours(1));
        await Storage.SaveBytesAsync(Source, Image(1, length));
        Clock.Advance(TimeSpan.FromHours(1));

        var copy = await Storage.CopyAsync(Source, Target);

        Assert.That((copy.CreatedAt, copy.ModifiedAt, copy.Tags.IsEmpty), Is.EqualTo((replaced.CreatedAt, Clock.Now, true)));
        await AssertHoldsAsync(Target, Image(1, length));
        await AssertListedAsync(Target, Source);
        Assert.That((await Storage.GetUsageAsync()).Bytes, Is.EqualTo(2 * length));
    }

    [Test]
    public async Task Copies_are_listed_and_counted()
    {
        await Storage.SaveBytesAsync(Source, Image(1, 5_000));
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Storage.CopyAsync(Source, "a.png");
        Clock.Advance(TimeSpan.FromMinutes(1));
        await Storage.CopyAsync("a.png", "b.png");

        await AssertListedAsync(Source, "a.png", "b.png");
        Assert.That((await Storage.ListAsync(new ImageQuery { Prefix = "a" })).Items.Select(info => info.Key.Value), Is.EqualTo(new[] { "a.png" }));
        Assert.That(await Storage.GetUsageAsync() is { Count: 3, Bytes: 15_000 }, Is.True);
        await AssertHoldsAsync("b.png", Image(1, 5_000));
    }

    [TestCaseSource(nameof(Lengths))]
    public async Task Copy_and_source_are_independent(int length)
    {
        await Storage.SaveBytesAsync(Source, Image(1, length));
        await Storage.CopyAsync(Source, "a.png");
        await Storage.CopyAsync(Source, "b.png");
        await Storage.SaveBytesAsync(Source, Image(2, length));
        await AssertHoldsAsync("a.png", Image(1, length));
        await Storage.DeleteAsync(Source);
        await Storage.DeleteAsync("b.png");
        await Storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["still"] });

        await AssertHoldsAsync("a.png", Image(1, length));
        await AssertMissingAsync(Source);
        await AssertMissingAsync("b.png");
        Assert.That((await Storage.GetUsageAsync()).Bytes, Is.EqualTo(length));
    }

    [Test]
    public async Task Ranges_of_a_copy_are_right()
    {
        const int Length = 600_000;
        await Storage.SaveBytesAsync(Source, Image(1, Length));
        await Storage.CopyAsync(Source, Target);
        foreach (var (offset, length) in new[] { (0, 10), (131_000, 300), (262_144, 131_072), (Length - 5, 5) })
        {
            await using var part = await Storage.GetAsync(Target, new GetOptions { Range = new ByteRange(offset, length) });
            using var bytes = new MemoryStream();
            await part!.Content.CopyToAsync(bytes);
            AssertBytes(bytes.ToArray(), Image(1, Length).AsSpan(offset, length), $"Range {offset}+{length}");
        }
    }

    [TestCaseSource(nameof(Lengths))]
    public async Task Copy_that_must_create_overwrites_nothing(int length)
    {
        await Storage.SaveBytesAsync(Source, Image(1, length));
        await Storage.CopyAsync(Source, "new.png", new CopyOptions { Precondition = IfNoneMatch.Any });
        await Storage.SaveBytesAsync(Target, Image(2, length));
        var before = await StoreSnapshot.TakeAsync(Storage);

        await AssertFailsAsync<ImageConflictException>(Target, () => Storage.CopyAsync(Source, Target, new CopyOptions { Precondition = IfNoneMatch.Any }));

        await before.AssertUnchangedAsync(Storage);
        await AssertHoldsAsync("new.png", Image(1, length));
    }

    [Test]
    public async Task Copy_over_the_expected_version_happens_and_over_another_version_changes_nothing()
    {
        await SaveAsync(Source, 1);
        var first = await SaveAsync(Target, 2);
        var second = await Storage.CopyAsync(Source, Target, new CopyOptions { Precondition = new IfMatch(first.ETag) });
        await AssertHoldsAsync(Target, Image(1));
        var before = await StoreSnapshot.TakeAsync(Storage);

        var conflict = await AssertFailsAsync<ImageConflictException>(Target, () => Storage.CopyAsync(Source, Target, new CopyOptions { Precondition = new IfMatch(first.ETag) }));
        await AssertFailsAsync<ImageConflictException>("missing.png", () => Storage.CopyAsync(Source, "missing.png", new CopyOptions { Precondition = new IfMatch(first.ETag) }));

        Assert.That(conflict.CurrentETag, Is.EqualTo(second.ETag));
        await before.AssertUnchangedAsync(Storage);
    }

    [TestCaseSource(nameof(Lengths))]
    public async Task Copy_of_the_expected_version_happens_and_of_another_version_changes_nothing(int length)
    {
        var first = await Storage.SaveBytesAsync(Source, Image(1, length));
        await Storage.CopyAsync(Source, "first.png", new CopyOptions { SourcePrecondition = new IfMatch(first.ETag) });
        var second = await Storage.SaveBytesAsync(Source, Image(2, length));
        var before = await StoreSnapshot.TakeAsync(Storage);

        var conflict = await AssertFailsAsync<ImageConflictException>(Source, () => Storage.CopyAsync(Source, Target, new CopyOptions { SourcePrecondition = new IfMatch(first.ETag) }));
        var atProvider = await AssertFailsAsync<ImageConflictException>(Source, () => Provider.CopyAsync(new CopyRequest { Source = Source, SourceETag = first.ETag, Target = Target }));

        Assert.That((conflict.CurrentETag, atProvider.CurrentETag), Is.EqualTo(((ImageETag?)second.ETag, (ImageETag?)second.ETag)));
        await before.AssertUnchangedAsync(Storage);
        await AssertHoldsAsync("first.png", Image(1, length));
    }

    [Test]
    public async Task Copy_of_a_missing_image_is_not_found_or_a_conflict_and_changes_nothing()
    {
        var gone = await SaveAsync(Source, 1);
        await SaveAsync(Target, 2);
        await Storage.DeleteAsync(Source);
        var before = await StoreSnapshot.TakeAsync(Storage);

        await AssertFailsAsync<ImageNotFoundException>(Source, () => Storage.CopyAsync(Source, Target));
        await AssertFailsAsync<ImageConflictException>(Source, () => Storage.CopyAsync(Source, Target, new CopyOptions { SourcePrecondition = new IfMatch(gone.ETag) }));
        var conflict = await AssertFailsAsync<ImageConflictException>(Source, () => Provider.CopyAsync(new CopyRequest { Source = Source, SourceETag = gone.ETag, Target = Target }));

        Assert.That(conflict.CurrentETag, Is.Null);
        await before.AssertUnchangedAsync(Storage);
    }

    [Test]
    public async Task Copy_in_a_store_that_was_never_written_creates_nothing()
    {
        await AssertFailsAsync<ImageNotFoundException>(Source, () => Storage.CopyAsync(Source, Target));
        await AssertFailsAsync<ImageConflictException>(Source, () => Storage.CopyAsync(Source, Target, new CopyOptions { SourcePrecondition = new IfMatch(new ImageETag("gone")) }));

        await AssertMissingAsync(Target);
    }

    [Test]
    public async Task Copy_onto_itself_is_refused()
    {
        await SaveAsync(Source, 1);
        var before = await StoreSnapshot.TakeAsync(Storage);

        Assert.That(() => Storage.CopyAsync(Source, Source), Throws.ArgumentException);
        Assert.That(() => Storage.CopyAsync(Source, default), Throws.TypeOf<ImageValidationException>());

        await before.AssertUnchangedAsync(Storage);
    }

    [Test]
    public async Task Damaged_image_is_not_copied([ValueSource(nameof(Damages))] StoreDamage damage, [ValueSource(nameof(Lengths))] int length, [Values] bool replaces)
    {
        var saved = await Storage.SaveBytesAsync(Source, Image(1, length));
        if (replaces)
        {
            await SaveAsync(Target, 2);
        }

        await DamageAsync(Source, damage);

        await AssertFailsAsync<ImageCorruptedException>(Source, () => Storage.CopyAsync(Source, Target, new CopyOptions { SourcePrecondition = new IfMatch(saved.ETag) }));
        await AssertFailsAsync<ImageCorruptedException>(Source, () => Storage.CopyAsync(Source, Target));

        await (replaces ? AssertHoldsAsync(Target, Image(2)) : AssertMissingAsync(Target));
    }

    [Test]
    public async Task Copy_keeps_the_encoding_and_the_stored_bytes()
    {
        var (image, encoded) = (Image(1, 9_000), Image(2, 700_000));
        var source = await Provider.PutAsync(PutOf(Source, image, new EncodedContent(encoded, PieceContent.DigestOf(image))) with { Encoding = "test" });

        var copy = await Provider.CopyAsync(new CopyRequest { Source = Source, SourceETag = source.ETag, Target = Target });

        Assert.That((copy.Encoding, copy.Digest), Is.EqualTo((source.Encoding, source.Digest)));
        await using var stored = await Provider.OpenReadAsync(Target);
        using var bytes = new MemoryStream();
        await stored!.Content.CopyToAsync(bytes);
        AssertBytes(bytes.ToArray(), encoded);
    }

    [Test]
    public async Task Copy_at_the_provider_has_the_given_version_times_and_metadata()
    {
        if (!Capabilities.RetainsVersions)
        {
            Assert.Ignore($"{Provider.Name} creates all versions itself (ProviderCapabilities.RetainsVersions).");
        }

        var source = await SaveAsync(Source, 1, new SaveOptions { Metadata = new Dictionary<string, string> { ["a"] = "1" }, Tags = ["kept"] });
        var request = new CopyRequest
        {
            Source = Source,
            SourceETag = source.ETag,
            Target = Target,
            NewETag = new ImageETag("given"),
            CreatedAt = Clock.Now.AddDays(-2),
            ModifiedAt = Clock.Now.AddDays(-1),
            Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("b", "2"),
        };

        var copy = await Provider.CopyAsync(request);

        Assert.That(copy, Is.EqualTo(source with { Key = Target, ETag = new ImageETag("given"), CreatedAt = Clock.Now.AddDays(-2), ModifiedAt = Clock.Now.AddDays(-1), Metadata = request.Metadata }));
        Assert.That(await Storage.GetInfoAsync(Target), Is.EqualTo(copy));
    }

    [TestCaseSource(nameof(Lengths))]
    public async Task Copy_with_more_metadata_than_the_provider_accepts_is_refused_and_changes_nothing(int length)
    {
        var source = await Storage.SaveBytesAsync(Source, Image(1, length));
        var before = await StoreSnapshot.TakeAsync(Storage);
        var metadata = ImmutableSortedDictionary<string, string>.Empty.Add("k", new string('v', Capabilities.MaxMetadataBytes));

        var failure = await AssertFailsAsync<ImageValidationException>(Target, () => Provider.CopyAsync(new CopyRequest { Source = Source, SourceETag = source.ETag, Target = Target, Metadata = metadata }));

        Assert.That(failure.Kind, Is.EqualTo(ImageValidationKind.InvalidMetadata));
        await before.AssertUnchangedAsync(Storage);
    }

    [TestCaseSource(nameof(Lengths))]
    public async Task Copy_survives_the_process(int length)
    {
        if (!Capabilities.Durable)
        {
            Assert.Ignore($"{Provider.Name} does not survive its process.");
        }

        await Storage.SaveBytesAsync(Source, Image(1, length));
        var copy = await Storage.CopyAsync(Source, Target);
        await ReopenAsync();

        Assert.That(await Storage.GetInfoAsync(Target), Is.EqualTo(copy));
        await AssertHoldsAsync(Target, Image(1, length));
        await AssertHoldsAsync(Source, Image(1, length));
    }

    [TestCaseSource(nameof(Lengths))]
    public async Task One_of_several_concurrent_copies_that_must_create_wins(int length)
    {
        const int Count = 6;
        for (var i = 0; i < Count; i++)
        {
            await Storage.SaveBytesAsync($"{i}.png", Image(i, length + i));
        }

        var winners = new List<int>();
        await Threads.RunAsync(Count, async i =>
        {
            try
            {
                await Storage.CopyAsync($"{i}.png", Target, new CopyOptions { Precondition = IfNoneMatch.Any });
                lock (winners)
                {
                    winners.Add(i);
                }
            }
            catch (ImageConflictException exception)
            {
                Assert.That(exception.Key, Is.EqualTo((ImageKey)Target));
            }
        });

        Assert.That(winners, Has.Count.EqualTo(1));
        await AssertHoldsAsync(Target, Image(winners[0], length + winners[0]));
    }

    [TestCaseSource(nameof(Lengths))]
    public async Task Cancelled_copy_changes_nothing(int length)
    {
        await Storage.SaveBytesAsync(Source, Image(1, length));
        await SaveAsync(Target, 2);
        var before = await StoreSnapshot.TakeAsync(Storage);
        var version = (await Storage.GetInfoAsync(Source))!.ETag;
        var cancelled = new CancellationToken(canceled: true);

        Assert.That(await CaughtAsync(() => Storage.CopyAsync(Source, Target, null, cancelled)), Is.InstanceOf<OperationCanceledException>());
        Assert.That(await CaughtAsync(() => Storage.CopyAsync(Source, "new.png", new CopyOptions { SourcePrecondition = new IfMatch(version) }, cancelled)), Is.InstanceOf<OperationCanceledException>());
        Assert.That(await CaughtAsync(() => Provider.CopyAsync(new CopyRequest { Source = Source, SourceETag = version, Target = Target }, cancelled)), Is.InstanceOf<OperationCanceledException>());

        await before.AssertUnchangedAsync(Storage);
    }

    private async Task AssertListedAsync(params string[] oldestFirst)
    {
        Assert.That((await Storage.ListAsync(new ImageQuery { Order = ImageOrder.CreatedAscending })).Items.Select(info => info.Key.Value), Is.EqualTo(oldestFirst));
        Assert.That((await Storage.ListAsync(new ImageQuery { Order = ImageOrder.CreatedDescending })).Items.Select(info => info.Key.Value), Is.EqualTo(oldestFirst.Reverse()));
        Assert.That((await Storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending })).Items.Select(info => info.Key.Value), Is.EqualTo(oldestFirst.Order(StringComparer.Ordinal)));
    }
}
