using System.Buffers;
using System.Collections.Immutable;
using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <content>
/// The parts of a record that the library writes: properties, facts, and fields of a newer version of the library.
/// </content>
public abstract partial class UpdateConformance<THarness>
{
    private const int MaxPropertyBytes = 1024;

    // Field 5000 of a record, a text: no version of the library has the field.
    private static readonly byte[] NewField = [0xC2, 0xB8, 0x02, 4, (byte)'n', (byte)'e', (byte)'w', (byte)'!'];

    private static readonly ImmutableSortedDictionary<string, string> Properties =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal, StringComparer.Ordinal).Add("test.one", "1").Add("test.two", "zwei ü 二").Add("other.empty", string.Empty);

    [Test]
    public async Task Properties_are_returned_read_and_listed()
    {
        var saved = await PutWithPropertiesAsync();

        Assert.That(saved.Properties, Is.EqualTo(Properties));
        await AssertShownAsync(saved);
    }

    [Test]
    public async Task Properties_survive_an_update_of_the_metadata_and_not_an_overwrite()
    {
        await PutWithPropertiesAsync();

        var updated = await Storage.UpdateAsync("a.png", new ImageUpdate { Metadata = Metadata, Tags = ["t"] });
        Assert.That(updated.Properties, Is.EqualTo(Properties));
        await AssertShownAsync(updated);

        var overwritten = await SaveAsync("a.png", 2);
        Assert.That(overwritten.Properties, Is.Empty);
        await AssertShownAsync(overwritten);
    }

    [Test]
    public async Task Update_of_properties_sets_removes_and_keeps()
    {
        var saved = await PutWithPropertiesAsync();

        var updated = await Provider.UpdateAsync("a.png", ChangeOfProperties);

        Assert.That(updated!.Properties, Is.EqualTo(Properties.SetItem("test.one", "2").Remove("test.two").Add("test.three", "3")));
        Assert.That(updated, Is.EqualTo(saved with { Properties = updated.Properties, ETag = updated.ETag, ModifiedAt = updated.ModifiedAt }));
        await AssertShownAsync(updated);
        await AssertHoldsAsync("a.png", Image(1));
    }

    [Test]
    public async Task Atomic_update_of_properties_sets_removes_and_keeps()
    {
        if (Provider.GetAbility<IAtomicProvider>() is not { } atomic)
        {
            Assert.Ignore($"{Provider.Name} does not commit several images at once.");
            return;
        }

        await PutWithPropertiesAsync();

        var updated = (await atomic.CommitAsync([new AtomicUpdate("a.png", ChangeOfProperties)]))[0]!;

        Assert.That(updated.Properties, Is.EqualTo(Properties.SetItem("test.one", "2").Remove("test.two").Add("test.three", "3")));
        await AssertShownAsync(updated);
    }

    [Test]
    public async Task Longest_properties_with_the_longest_metadata_are_kept_and_a_byte_more_is_refused()
    {
        var value = new string('p', MaxPropertyBytes - "test.long".Length);
        var metadata = new string('m', Capabilities.MaxMetadataBytes - "key".Length);
        await Provider.PutAsync(PutOf("a.png", Image(1)) with
        {
            Metadata = Properties.Clear().Add("key", metadata),
            Properties = Properties.Clear().Add("test.long", value),
        });
        var before = await Provider.GetInfoAsync("a.png");

        var failure = await AssertFailsAsync<ImageValidationException>("a.png", () => Provider.UpdateAsync("a.png", new RecordUpdate { Properties = new Dictionary<string, string?> { ["test.long"] = value + "p" } }));

        Assert.That(failure.Kind, Is.EqualTo(ImageValidationKind.InvalidProperties));
        Assert.That((before!.Properties["test.long"], before.Metadata["key"]), Is.EqualTo((value, metadata)));
        await AssertShownAsync(before);
        await AssertHoldsAsync("a.png", Image(1));
    }

    [Test]
    public async Task Update_of_facts_records_them_and_keeps_the_rest()
    {
        // Longer than the inline limit of a hybrid store, whose content store does not see the update.
        var image = Image(1, 100_000);
        var saved = await Provider.PutAsync(PutOf("a.png", image, new PieceContent(image, 4096) { HasSha256 = false }) with { Properties = Properties });
        Assert.That(saved.Sha256, Is.Null);
        var sha = PieceContent.DigestOf(image).Sha256;

        var updated = await Provider.UpdateAsync("a.png", new RecordUpdate { Sha256 = sha, Orientation = ImageOrientation.RightTop, FrameCount = 3 });

        Assert.That(updated, Is.EqualTo(saved with { Sha256 = sha, Orientation = ImageOrientation.RightTop, FrameCount = 3, ETag = updated!.ETag, ModifiedAt = updated.ModifiedAt }));
        await AssertShownAsync(updated);
        await AssertHoldsAsync("a.png", image);
        await AssertSoundAsync(Provider);
        Assert.That((await Storage.CopyAsync("a.png", "copy.png")).Sha256, Is.EqualTo(sha));
        await AssertHoldsAsync("copy.png", image);
    }

    [Test]
    public async Task Update_with_a_version_records_the_version()
    {
        if (!Capabilities.RetainsVersions)
        {
            Assert.Ignore("The provider does not claim to record given versions (ProviderCapabilities.RetainsVersions).");
        }

        var (etag, time) = (new ImageETag("0123456789abcdef-0123456789abcdef"), Clock.Now.AddMinutes(7));

        var updated = await Provider.UpdateAsync("a.png", new RecordUpdate { Tags = ["x"], NewETag = etag, ModifiedAt = time });

        Assert.That((updated!.ETag, updated.ModifiedAt), Is.EqualTo((etag, time)));
        await AssertShownAsync(updated);
    }

    [Test]
    public async Task Fields_of_a_newer_version_of_the_library_survive_an_update_and_not_an_overwrite()
    {
        var record = new ArrayBufferWriter<byte>();
        RecordCodec.Write(record, _saved);
        record.Write(NewField);
        await Provider.PutAsync(PutRequest.CopyOf(RecordCodec.Read(record.WrittenSpan, "a.png", Provider.Name), new PieceContent(Image(1), 4096)));
        await AssertHasNewFieldAsync(true);

        await Storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["older"] });
        await Provider.UpdateAsync("a.png", new RecordUpdate { FrameCount = 2 });
        if (Capabilities.Durable)
        {
            await ReopenAsync();
        }

        await AssertHasNewFieldAsync(true);
        Assert.That((await Storage.GetInfoAsync("a.png"))!.Tags, Is.EqualTo(new[] { "older" }));
        await SaveAsync("a.png", 2);
        await AssertHasNewFieldAsync(false);
    }

    private static RecordUpdate ChangeOfProperties => new() { Properties = new Dictionary<string, string?> { ["test.one"] = "2", ["test.two"] = null, ["test.three"] = "3", ["test.never"] = null } };

    private async Task<ImageInfo> PutWithPropertiesAsync() => await Provider.PutAsync(PutOf("a.png", Image(1)) with { Properties = Properties, Tags = ["tagged"] });

    private async Task AssertHasNewFieldAsync(bool expected)
    {
        await using var image = await Provider.OpenReadAsync("a.png");
        ImageInfo[] shown = [(await Provider.GetInfoAsync("a.png"))!, image!.Info, .. (await Provider.ListAsync(new ImageQuery())).Items];
        foreach (var info in shown)
        {
            var record = new ArrayBufferWriter<byte>();
            RecordCodec.Write(record, info);
            Assert.That(record.WrittenSpan.IndexOf(NewField) >= 0, Is.EqualTo(expected));
        }
    }

    private async Task AssertShownAsync(ImageInfo expected)
    {
        await using var image = await Storage.GetAsync("a.png");
        Assert.That(image!.Info, Is.EqualTo(expected));
        Assert.That(await Storage.GetInfoAsync("a.png"), Is.EqualTo(expected));
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            Assert.That((await Storage.ListAsync(new ImageQuery { Order = order })).Items, Is.EqualTo(new[] { expected }));
        }
    }
}
