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
    public async Task Verify_finds_a_stray_file()
    {
        File.WriteAllText(Path.Join(Path.GetDirectoryName(PayloadFile()), "notes.txt"), "a note");

        await AssertFindingAsync("orphan", "notes.txt");
    }

    [Test]
    public async Task Verify_on_a_terminal_prints_finding_and_summary()
    {
        File.WriteAllText(Path.Join(StorePath, "images", "notes.txt"), "a note");

        var result = await RunAsync(["verify", "--store", Store], [], terminalWidth: 200);

        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(result.Out, Does.Contain("images/notes.txt").And.Contain("NOT SOUND: 1 orphan, 1 sound"));
    }

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
