using System.Security.Cryptography;
using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests saving: images of every length from every kind of source, committed atomically with their records.
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class SavingConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    // The catalog of a hybrid store names bytes that it does not hold.
    private const string Hybrid = "external:0123456789abcdef0123456789abcdef:5000";

    private static readonly int[] Lengths = [96, 97, 4095, 4096, 4097, 32_768, 65_535, 65_537, 131_071, 131_072, 131_073, 262_144, 393_217, 524_289, 1_048_576, 3_145_735];

    [TestCaseSource(nameof(Lengths))]
    public async Task Save_keeps_every_byte_of_a_source_that_tells_its_length(int length)
    {
        var bytes = Image(1, length);

        await Storage.SaveBytesAsync("a.png", bytes);

        await AssertHoldsAsync("a.png", bytes);
    }

    [Test]
    public async Task Version_that_is_given_is_recorded_as_it_is()
    {
        if (!Capabilities.RetainsVersions)
        {
            Assert.Ignore("The provider does not claim to record given versions (ProviderCapabilities.RetainsVersions).");
        }

        var before = await SaveAsync("a.png", 1);
        var version = (ETag: new ImageETag("0123456789abcdef-0123456789abcdef"), ModifiedAt: Clock.Now.AddDays(-3));
        var request = PutOf("a.png", Image(2)) with { NewETag = version.ETag, ModifiedAt = version.ModifiedAt, CreatedAt = Clock.Now.AddDays(-9) };

        var copy = await Provider.PutAsync(request);

        Assert.That((copy.ETag, copy.ModifiedAt, copy.CreatedAt), Is.EqualTo((version.ETag, version.ModifiedAt, request.CreatedAt!.Value)));
        Assert.That(await Storage.GetInfoAsync("a.png"), Is.EqualTo(copy));
        Assert.That(async () => await Storage.DeleteAsync("a.png", new DeleteOptions { Precondition = new IfMatch(before.ETag) }), Throws.TypeOf<ImageConflictException>());
        var again = await Provider.PutAsync(request with { Content = new PieceContent(Image(2), 100), Precondition = new IfMatch(version.ETag) });
        Assert.That(again, Is.EqualTo(copy), "A version must be able to replace itself, as in a repair.");
        var next = await Storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["x"], Precondition = new IfMatch(version.ETag) });
        Assert.That(next.ETag, Is.Not.EqualTo(version.ETag));
        Assert.That(next.ModifiedAt, Is.GreaterThan(version.ModifiedAt));
    }

    [TestCaseSource(nameof(Lengths))]
    public async Task Save_keeps_every_byte_of_a_source_of_unknown_length(int length)
    {
        var bytes = Image(2, length);
        await using var source = new SourceStream(bytes);

        var info = await Storage.SaveAsync("a.png", source);

        Assert.That(info.Length, Is.EqualTo(length));
        await AssertHoldsAsync("a.png", bytes);
    }

    [TestCase(200, 1)]
    [TestCase(5_000, 7)]
    [TestCase(140_000, 1_000)]
    [TestCase(400_000, 65_536)]
    public async Task Save_keeps_every_byte_of_a_source_that_dribbles(int length, int mostAtOnce)
    {
        var bytes = Image(3, length);
        await using var source = new SourceStream(bytes) { MostAtOnce = mostAtOnce };

        await Storage.SaveAsync("a.png", source, new SaveOptions { ContentLength = length });

        await AssertHoldsAsync("a.png", bytes);
    }

    [TestCase(1, true)]
    [TestCase(1, false)]
    [TestCase(4_096, true)]
    [TestCase(65_536, false)]
    [TestCase(131_072, true)]
    [TestCase(524_288, false)]
    public async Task Put_uses_a_piece_only_until_it_asks_for_the_next(int pieceLength, bool tellsLength)
    {
        var bytes = Image(4, pieceLength == 1 ? 700 : (pieceLength * 3) + 11);

        var info = await Provider.PutAsync(PutOf("a.png", bytes, new PieceContent(bytes, pieceLength) { TellsLength = tellsLength }));

        Assert.That(info.Digest, Is.EqualTo(PieceContent.DigestOf(bytes)));
        await AssertHoldsAsync("a.png", bytes);
    }

    [TestCase("png", "image/png")]
    [TestCase("jpeg", "image/jpeg")]
    [TestCase("webp", "image/webp")]
    [TestCase("gif", "image/gif")]
    [TestCase("avif", "image/avif")]
    public async Task Save_records_type_and_dimensions_from_the_bytes(string format, string contentType)
    {
        var bytes = format switch
        {
            "png" => SampleImages.Png(31, 17),
            "jpeg" => SampleImages.Jpeg(31, 17),
            "webp" => SampleImages.WebP(31, 17),
            "gif" => SampleImages.Gif(31, 17),
            _ => SampleImages.Avif(31, 17),
        };

        var info = await Storage.SaveBytesAsync("no-extension", bytes);

        Assert.That((info.ContentType, info.Width, info.Height), Is.EqualTo((contentType, 31, 17)));
        Assert.That(await Storage.GetInfoAsync("no-extension"), Is.EqualTo(info));
        await AssertHoldsAsync("no-extension", bytes);
    }

    // P4: bytes and record cannot drift apart, so every call that returns the record returns the same record.
    [Test]
    public async Task Save_returns_the_record_that_all_reads_show()
    {
        var saved = await SaveAsync("a/b.png", 5, new SaveOptions { FileName = "holiday.png", Metadata = new Dictionary<string, string> { ["album"] = "Rome" }, Tags = ["b", "a"] });

        var info = await Storage.GetInfoAsync("a/b.png");
        await using var image = await Storage.GetAsync("a/b.png");
        var byKey = await Storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending });
        var byTime = await Storage.ListAsync(new ImageQuery());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(info, Is.EqualTo(saved));
            Assert.That(image!.Info, Is.EqualTo(saved));
            Assert.That(byKey.Items, Is.EqualTo(new[] { saved }));
            Assert.That(byTime.Items, Is.EqualTo(new[] { saved }));
        }
    }

    [Test]
    public async Task Save_records_length_and_hashes_of_the_bytes()
    {
        var bytes = Image(6, 300_000);

        var info = await Storage.SaveBytesAsync("a.png", bytes);

        Assert.That(info.Length, Is.EqualTo(300_000));
        Assert.That(info.Sha256.ToString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(bytes))));
        Assert.That(info.Digest, Is.EqualTo(PieceContent.DigestOf(bytes)));
    }

    [TestCase(500)]
    [TestCase(300_000)]
    public async Task Save_without_SHA256_leaves_it_out_and_keeps_the_checksum(int length)
    {
        var bytes = Image(7, length);

        var info = await StorageOver(Provider, options => options.Identity = ContentIdentity.XxHash128).SaveBytesAsync("a.png", bytes);

        Assert.That(info.Digest, Is.EqualTo(PieceContent.DigestOf(bytes, withSha256: false)));
        Assert.That(await Storage.GetInfoAsync("a.png"), Is.EqualTo(info));
        await AssertHoldsAsync("a.png", bytes);
    }

    [Test]
    public async Task Put_takes_the_digest_from_the_content()
    {
        var bytes = Image(8);

        var info = await Provider.PutAsync(PutOf("a.png", bytes, new PieceContent(bytes, 50) { HasSha256 = false }));

        Assert.That(info.Sha256, Is.Null);
        Assert.That((await Provider.GetInfoAsync("a.png"))!.Digest, Is.EqualTo(PieceContent.DigestOf(bytes, withSha256: false)));
    }

    [Test]
    public async Task Put_keeps_the_encoding_that_a_layer_applied()
    {
        var bytes = Image(9);
        var encoding = EncodingOf("brotli+aes-256-gcm", bytes.Length);
        var content = new EncodedContent(bytes, PieceContent.DigestOf(Image(10, 5_000)));

        var info = await Provider.PutAsync(PutOf("a.png", bytes, content) with { Encoding = encoding.Name });

        Assert.That(info.Encoding, Is.EqualTo(encoding));
        Assert.That((await Provider.GetInfoAsync("a.png"))!.Encoding, Is.EqualTo(encoding));
    }

    // An encoder that knows the length of its output only at the end, or never states it.
    [TestCase(700, true)]
    [TestCase(700_000, true)]
    [TestCase(700, false)]
    [TestCase(700_000, false)]
    public async Task Put_records_the_stored_length_that_is_known_only_at_the_end(int storedLength, bool isStated)
    {
        var (image, stored) = (Image(9, 900_000), Image(10, storedLength));
        var content = new StatedContent(new EncodedContent(stored, PieceContent.DigestOf(image)), null, isStated ? storedLength : null);

        var info = await Provider.PutAsync(PutOf("a.png", stored, content) with { Encoding = "brotli" });

        Assert.That((info.Digest, info.Encoding), Is.EqualTo((PieceContent.DigestOf(image), EncodingOf("brotli", storedLength, 900_000))));
        await using var read = await Provider.OpenReadAsync("a.png");
        using var bytes = new MemoryStream();
        await read!.Content.CopyToAsync(bytes);
        AssertBytes(bytes.ToArray(), stored);
    }

    // A compressed image, and an image without stored bytes because another provider has them.
    [TestCase(700)]
    [TestCase(0)]
    public async Task Put_of_encoded_bytes_keeps_them_and_the_record_of_the_image(int storedLength)
    {
        var (image, stored) = (Image(9, 5_000), Image(10, 1_000)[..storedLength]);
        var request = PutOf("a.png", stored, new EncodedContent(stored, PieceContent.DigestOf(image))) with { Encoding = "brotli" };

        await Provider.PutAsync(request);
        var info = await Provider.UpdateAsync("a.png", new RecordUpdate { Tags = ["t"] });

        Assert.That((info!.Digest, info!.Encoding), Is.EqualTo((PieceContent.DigestOf(image), EncodingOf("brotli", storedLength))));
        Assert.That(await Provider.GetInfoAsync("a.png"), Is.EqualTo(info));
        Assert.That((await Provider.ListAsync(new ImageQuery())).Items, Is.EqualTo(new[] { info }));
        Assert.That(await Provider.GetUsageAsync() is { Bytes: 5_000 } usage && usage.StoredBytes == storedLength, Is.True);
        await using var read = await Provider.OpenReadAsync("a.png");
        using var bytes = new MemoryStream();
        await read!.Content.CopyToAsync(bytes);
        AssertBytes(bytes.ToArray(), stored);
        Assert.That((read.Info, read.Range), Is.EqualTo((info, new ResolvedRange(0, storedLength))));
    }

    [Test, Description("P2: stored bytes that differ from the bytes of the image are never returned as the image.")]
    public async Task Image_in_an_encoding_that_the_store_does_not_undo_is_refused_on_read_and_may_be_updated_replaced_and_deleted([Values(700, 0)] int storedLength, [Values("brotli", Hybrid)] string name)
    {
        var (image, stored) = (Image(9, 5_000), Image(10, 1_000)[..storedLength]);
        var request = PutOf("a.png", stored, new EncodedContent(stored, PieceContent.DigestOf(image))) with { Encoding = name };
        var refusal = await CaughtAsync(() => Provider.PutAsync(request));
        Assert.That(refusal, Is.Null.Or.InstanceOf<StorageNotSupportedException>());
        if (refusal is not null || (await Provider.GetInfoAsync("a.png"))!.Encoding is null)
        {
            Assert.Ignore("A layer of the store uses this encoding itself.");
        }

        foreach (var range in (ByteRange?[])[null, new ByteRange(0, 10), new ByteRange(4_000, 100)])
        {
            var failure = await AssertFailsAsync<StorageNotSupportedException>("a.png", () => Storage.GetAsync("a.png", new GetOptions { Range = range }));
            Assert.That(failure.Message, Does.Contain("open the"), "The message does not say what to open.");
        }

        var info = await Storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["t"] });
        Assert.That((await Storage.GetInfoAsync("a.png"))!.Encoding, Is.EqualTo(EncodingOf(name, storedLength)));
        Assert.That((info.Encoding, info.Length), Is.EqualTo((EncodingOf(name, storedLength), 5_000L)));
        if (!Harness.HasUnavailablePart && Provider.GetAbility<IVerifiableProvider>() is { } verifiable)
        {
            var found = new List<VerificationItem>();
            await foreach (var item in verifiable.VerifyAsync(new VerificationOptions { Documents = false }))
            {
                found.Add(item);
            }

            // A composition names an image once for each part, and on a fallback under a key of the fallback.
            Assert.That(found.Select(item => item.Status).Distinct(), Is.EqualTo(new[] { VerificationStatus.NotDecodable }));
            Assert.That(found.Where(item => item.Part is null).Select(item => item.Name), Is.SubsetOf(new[] { "a.png" }));
            Assert.That(found[0].Detail, Does.Contain("open the"));
        }

        await Storage.SaveBytesAsync("a.png", image);
        await AssertHoldsAsync("a.png", image);
        await Provider.PutAsync(request with { Content = new EncodedContent(stored, PieceContent.DigestOf(image)) });
        Assert.That(await Storage.DeleteAsync("a.png"), Is.True);
        await AssertMissingAsync("a.png");
    }

    [Test]
    public async Task Save_reads_the_source_from_its_position()
    {
        var bytes = Image(10);
        using var source = new MemoryStream([1, 2, 3, .. bytes]) { Position = 3 };

        await Storage.SaveAsync("a.png", source);

        await AssertHoldsAsync("a.png", bytes);
    }

    [Test]
    public async Task Save_reads_the_source_to_its_end_and_does_not_dispose_it()
    {
        var bytes = Image(11, 200_000);
        await using var source = new SourceStream(bytes);

        await Storage.SaveAsync("a.png", source);

        Assert.That((source.Consumed, source.Disposed), Is.EqualTo((bytes.Length, false)));
    }

    [TestCase(200, 90_000)]
    [TestCase(90_000, 200)]
    [TestCase(200_000, 300_000)]
    [TestCase(300, 300)]
    public async Task Overwrite_replaces_all_bytes(int before, int after)
    {
        await Storage.SaveBytesAsync("a.png", Image(12, before));

        await Storage.SaveBytesAsync("a.png", Image(13, after));

        await AssertHoldsAsync("a.png", Image(13, after));
        Assert.That((await Storage.GetUsageAsync()).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Overwrite_replaces_the_whole_record()
    {
        await SaveAsync("a.png", 14, new SaveOptions { FileName = "old.png", Metadata = new Dictionary<string, string> { ["old"] = "1" }, Tags = ["old"] });

        await Storage.SaveBytesAsync("a.png", SampleImages.Gif(3, 2));

        var info = await Storage.GetInfoAsync("a.png");
        Assert.That((info!.ContentType, info.Width, info.FileName, info.Metadata.Count, info.Tags.Length), Is.EqualTo(("image/gif", 3, default(string), 0, 0)));
    }

    [Test]
    public async Task Overwrite_by_the_same_bytes_is_a_new_version()
    {
        var first = await SaveAsync("a.png", 15);
        var second = await SaveAsync("a.png", 15);

        Assert.That(second.ETag, Is.Not.EqualTo(first.ETag));
        Assert.That(second.ModifiedAt, Is.GreaterThan(first.ModifiedAt));
    }

    [Test]
    public async Task Save_of_many_keys_keeps_them_apart()
    {
        for (var i = 0; i < 40; i++)
        {
            await SaveAsync($"many/{i % 4}/{i}.png", i);
        }

        for (var i = 0; i < 40; i++)
        {
            await AssertHoldsAsync($"many/{i % 4}/{i}.png", Image(i));
        }
    }

    [Test]
    public async Task Save_of_more_bytes_than_the_provider_takes_is_refused()
    {
        if (Capabilities.MaxContentLength is not { } most || most > 16 << 20)
        {
            Assert.Ignore("The provider accepts images of any length that a test can create.");
            return;
        }

        var image = SampleImages.StreamOfLength(most + 1, 1);
        await using (image)
        {
            await AssertFailsAsync<ImageValidationException>("a.png", () => Storage.SaveAsync("a.png", image));
            await AssertMissingAsync("a.png");
        }
    }

    private static ImageEncoding EncodingOf(string name, long storedLength, long originalLength = 5_000) => new() { Name = name, StoredLength = storedLength, OriginalLength = originalLength };
}
