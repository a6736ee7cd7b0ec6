using ImageStorage.Testing;

namespace ImageStorage.Tool.Tests;

internal sealed class VerifyTests : ToolFixture
{
    [SetUp]
    public async Task PutOne() => (await RunAsync(["put", "--store", Store, "cats/tom.png", "-"], SampleImages.OfLength(100_000))).Succeeded();

    [Test]
    public async Task Verify_sound_store_succeeds()
    {
        var text = (await RunAsync("verify", "--store", Store)).Succeeded().Out;
        var json = (await RunAsync("verify", "--store", Store, "--json")).Succeeded().Json;

        Assert.That(text, Does.StartWith("All sound: 1 image, "));
        Assert.That(json.GetProperty("isSound").GetBoolean(), Is.True);
        Assert.That(json.GetProperty("findings").GetArrayLength(), Is.Zero);
        Assert.That(json.GetProperty("sound").GetInt64(), Is.EqualTo(1));
    }

    [Test]
    public async Task Verify_finds_a_flipped_byte()
    {
        var file = PayloadFile();
        var bytes = File.ReadAllBytes(file);
        bytes[50_000] ^= 1;
        File.WriteAllBytes(file, bytes);

        await AssertFindingAsync("corrupted", "cats/tom.png");
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(50_000)]
    public async Task Verify_finds_a_truncated_file(int length)
    {
        using (var file = new FileStream(PayloadFile(), FileMode.Open))
        {
            file.SetLength(length);
        }

        await AssertFindingAsync("corrupted", "cats/tom.png");
    }

    [Test]
    public async Task Verify_finds_a_foreign_file()
    {
        File.WriteAllText(Path.Join(Path.GetDirectoryName(PayloadFile()), "notes.txt"), "a note");

        await AssertFindingAsync("stray", "notes.txt");
    }

    [Test]
    public async Task Verify_on_a_terminal_prints_finding_and_summary()
    {
        File.WriteAllText(Path.Join(StorePath, "images", "notes.txt"), "a note");

        var result = await RunAsync(["verify", "--store", Store], [], terminalWidth: 200);

        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(result.Out, Does.Contain("images/notes.txt").And.Contain("NOT SOUND: 1 stray, 1 sound"));
    }

    [TestCase("--fallback", "fallback")]
    [TestCase("--mirror", "mirror")]
    public async Task Verify_of_a_store_with_parts_reads_and_names_each(string option, string role)
    {
        await PutAsync(Second, "a.png");
        await PutAsync(Second, "b.png");
        var sound = (await RunAsync("verify", "--store", Store, option, Second)).Succeeded();

        File.WriteAllText(Path.Join(PathOf("second"), "images", "notes.txt"), "a note");
        var text = await RunAsync("verify", "--store", Store, option, Second);
        var json = await RunAsync("verify", "--store", Store, option, Second, "--json");

        Assert.That(sound.OutLines[0], Is.EqualTo("primary FileSystem:"));
        Assert.That(sound.OutLines[1], Does.StartWith("All sound: 1 image, "));
        Assert.That(sound.OutLines[2], Is.EqualTo($"{role} FileSystem 2:"));
        Assert.That(sound.OutLines[3], Does.StartWith("All sound: 2 images, "));
        Assert.That((text.ExitCode, text.OutLines[1], text.OutLines[2]), Is.EqualTo((ExitCode.Failure, sound.OutLines[1], sound.OutLines[2])));
        Assert.That(text.OutLines[3], Does.StartWith("stray").And.Contain("notes.txt"));
        Assert.That(text.OutLines[4], Does.StartWith("NOT SOUND: 1 stray, 2 sound"));
        Assert.That((json.ExitCode, json.Json.GetProperty("isSound").GetBoolean()), Is.EqualTo((ExitCode.Failure, false)));
        Assert.That(
            json.Json.GetProperty("parts").EnumerateArray().Select(part => (part.GetProperty("role").GetString(), part.GetProperty("name").GetString(), part.GetProperty("isSound").GetBoolean(), part.GetProperty("findings").GetArrayLength())),
            Is.EqualTo(new[] { ("primary", "FileSystem", true, 0), (role, "FileSystem 2", false, 1) }));
    }

    // Nothing is read of the other parts, and the output is that of a store of one part.
    [TestCase("fallback")]
    [TestCase("FileSystem 2")]
    public async Task Verify_of_one_part_reads_that_part_alone(string part)
    {
        await PutAsync(Second, "a.png");
        await PutAsync(Second, "b.png");
        File.WriteAllText(Path.Join(StorePath, "images", "notes.txt"), "a note");

        var text = (await RunAsync("verify", "--store", Store, "--fallback", Second, "--part", part)).Succeeded();
        var json = (await RunAsync("verify", "--store", Store, "--fallback", Second, "--part", part, "--json")).Succeeded().Json;

        Assert.That(text.OutLines, Has.Length.EqualTo(1));
        Assert.That(text.OutLines[0], Does.StartWith("All sound: 2 images, "));
        Assert.That((json.GetProperty("sound").GetInt32(), json.TryGetProperty("parts", out _)), Is.EqualTo((2, false)));
        (await RunAsync("verify", "--store", Store, "--part", "mirror")).Failed(1, "The store has no part 'mirror'; its parts are primary FileSystem.");
    }

    [Test]
    public async Task Verify_of_a_hybrid_part_covers_its_catalog_and_content()
    {
        var hybrid = $"hybrid:file:{PathOf("catalog")}+file:{PathOf("content")}";
        await PutAsync(hybrid, "large.png");
        var content = Directory.EnumerateFiles(Path.Join(PathOf("content"), "images"), "*", SearchOption.AllDirectories).Single();
        using (var file = new FileStream(content, FileMode.Open))
        {
            file.SetLength(50_000);
        }

        var all = await RunAsync("verify", "--store", Store, "--fallback", hybrid);
        var one = await RunAsync("verify", "--store", Store, "--fallback", hybrid, "--part", "content");

        Assert.That((all.ExitCode, all.OutLines[0], all.OutLines[2]), Is.EqualTo((ExitCode.Failure, "primary FileSystem:", "fallback Hybrid:")));
        Assert.That(all.OutLines[3], Does.StartWith("corrupted").And.Contain("large.png"));
        Assert.That(all.OutLines, Has.Length.EqualTo(5));
        Assert.That((one.ExitCode, one.OutLines.Length), Is.EqualTo((ExitCode.Failure, 2)));
        Assert.That(one.OutLines[0], Does.StartWith("corrupted").And.Not.Contain("large.png"));
    }

    // The part comes first, so that a verification that stops at the part would miss the finding.
    [TestCase("--fallback")]
    [TestCase("--mirror")]
    public async Task Verify_continues_after_a_part_that_does_not_exist(string option)
    {
        await PutAsync(Second, "a.png");
        File.WriteAllText(Path.Join(PathOf("second"), "images", "notes.txt"), "a note");
        var missing = $"file:{PathOf("missing")}";

        var text = await RunAsync("verify", "--store", missing, option, Second);
        var json = await RunAsync("verify", "--store", Store, option, missing, "--json");

        Assert.That(text.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(text.OutLines[0], Is.EqualTo("primary FileSystem:"));
        Assert.That(text.OutLines[1], Does.StartWith("NOT VERIFIED: There is no store at"));
        Assert.That(text.OutLines[3], Does.StartWith("stray").And.Contain("notes.txt"));
        Assert.That(text.Error, Does.Contain("error: 1 of 2 parts could not be verified."));
        Assert.That((json.ExitCode, json.Json.GetProperty("isSound").GetBoolean()), Is.EqualTo((ExitCode.Failure, false)));
        var parts = json.Json.GetProperty("parts").EnumerateArray().ToList();
        Assert.That(parts.Select(part => part.GetProperty("isSound").GetBoolean()), Is.EqualTo(new[] { true, false }));
        Assert.That(parts[1].GetProperty("failure").GetString(), Does.StartWith("There is no store at"));
        Assert.That(Directory.Exists(PathOf("missing")), Is.False);
    }

    [Test]
    public async Task Verify_continues_after_a_part_that_another_process_has_open()
    {
        var database = $"litedb:{PathOf("images.db")}";
        await PutAsync(database, "a.png");
        await using var owner = new LiteDb.LiteDbImageProvider(new LiteDb.LiteDbStorageOptions { Path = PathOf("images.db") });
        await owner.CheckAsync();

        var result = await RunAsync("verify", "--store", database, "--fallback", Store);

        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(result.OutLines[1], Does.StartWith("NOT VERIFIED: "));
        Assert.That(result.OutLines[3], Does.StartWith("All sound: 1 image, "));
    }

    [Test]
    public async Task Verify_with_a_prefix_reads_only_the_images_below()
    {
        await PutAsync(Store, "dogs/rex.png");
        File.WriteAllText(Path.Join(StorePath, "images", "notes.txt"), "a note");

        var result = (await RunAsync("verify", "--store", Store, "--prefix", "dogs/")).Succeeded();

        Assert.That(result.OutLines[0], Does.StartWith("All sound: 1 image, "));
    }

    [Test]
    public async Task Verify_reads_documents_and_retained_versions_and_names_their_kind()
    {
        using (var provider = new FileSystem.FileSystemImageProvider(new FileSystem.FileSystemStorageOptions { Path = StorePath }))
        {
            var info = await provider.GetInfoAsync("cats/tom.png");
            await provider.RetainAsync("bin-1", "cats/tom.png", info!.ETag);
            await provider.Documents.PutAsync("notes/a", new byte[] { 1 });
            await provider.Documents.PutAsync("jobs/b", new byte[] { 2 });
        }

        var text = await RunAsync("verify", "--store", Store);
        var json = (await RunAsync("verify", "--store", Store, "--json")).Json;

        Assert.That(text.OutLines[0], Does.StartWith("corrupted").And.Contain("document jobs/b"));
        Assert.That(json.GetProperty("findings").EnumerateArray().Single().GetProperty("kind").GetString(), Is.EqualTo("document"));
        Assert.That((json.GetProperty("sound").GetInt32(), json.GetProperty("soundRetainedVersions").GetInt32()), Is.EqualTo((1, 1)));
        Assert.That(json.GetProperty("soundDocuments").GetInt32(), Is.Positive);
    }

    // A verification that pairs two stores would prevent their use with others.
    [TestCase("--fallback")]
    [TestCase("--mirror")]
    public async Task Verify_of_a_store_with_parts_writes_nothing(string option)
    {
        await PutAsync(Second, "a.png");
        var before = Files();

        (await RunAsync("verify", "--store", Store, option, Second)).Succeeded();

        Assert.That(Files(), Is.EqualTo(before).AsCollection);
    }

    [Test]
    public async Task Wrong_part_is_refused_before_anything_is_read()
    {
        (await RunAsync("verify", "--store", Store, "--mirror", Store)).Failed(2, "The mirror is the store itself");
        (await RunAsync("verify", "--store", Store, "--mirror", Second, "--fallback", Second)).Failed(2, "fallbacks or a mirror");
        Assert.That(Entries(), Is.Empty);
    }

    private string Second => $"file:{PathOf("second")}";

    private async Task PutAsync(string store, string key) => (await RunAsync(["put", "--store", store, key, "-"], SampleImages.OfLength(100_000))).Succeeded();

    private string[] Files() =>
        [.. new[] { StorePath, PathOf("second") }.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal)];

    private async Task AssertFindingAsync(string status, string name)
    {
        var text = await RunAsync("verify", "--store", Store);
        var json = await RunAsync("verify", "--store", Store, "--json");

        Assert.Multiple(() =>
        {
            Assert.That(text.ExitCode, Is.EqualTo(ExitCode.Failure));
            Assert.That(text.OutLines[0], Does.StartWith(status).And.Contain(name));
            Assert.That(text.OutLines[^1], Does.StartWith("NOT SOUND: 1 " + status));
            Assert.That(json.ExitCode, Is.EqualTo(ExitCode.Failure));
            var finding = json.Json.GetProperty("findings").EnumerateArray().Single();
            Assert.That(finding.GetProperty("status").GetString(), Is.EqualTo(status));
            Assert.That(finding.GetProperty("name").GetString(), Does.EndWith(name));
            Assert.That(finding.GetProperty("detail").GetString(), Is.Not.Empty);
            Assert.That(json.Json.GetProperty("isSound").GetBoolean(), Is.False);
            Assert.That(json.Json.GetProperty(status).GetInt64(), Is.EqualTo(1));
        });
    }
}
