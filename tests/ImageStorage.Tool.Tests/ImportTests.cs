using System.Text;
using ImageStorage.Testing;

namespace ImageStorage.Tool.Tests;

internal sealed class ImportTests : ToolFixture
{
    private string Folder => PathOf("in");

    [Test]
    public async Task Import_stores_every_file_under_its_relative_path()
    {
        Write("in/a.png", SampleImages.Png());
        Write("in/deep/er/b.jpg", SampleImages.Jpeg());

        var result = (await ImportAsync()).Succeeded();

        Assert.That(result.Out, Does.StartWith("Stored 2, skipped 0, refused 0: "));
        var images = await ListAsync();
        Assert.That(images, Is.EqualTo(new[] { "a.png (a.png)", "deep/er/b.jpg (b.jpg)" }));
        Assert.That((await RunAsync("get", "--store", Store, "deep/er/b.jpg", "-")).OutBytes, Is.EqualTo(SampleImages.Jpeg()));
    }

    [Test]
    public async Task Import_again_skips_what_is_there_and_writes_nothing()
    {
        Write("in/a.png", SampleImages.Png());
        await ImportAsync();
        var before = (await RunAsync("info", "--store", Store, "a.png")).Out;

        var result = (await ImportAsync()).Succeeded();

        Assert.That(result.Out, Does.StartWith("Stored 0, skipped 1, refused 0: "));
        Assert.That((await RunAsync("info", "--store", Store, "a.png")).Out, Is.EqualTo(before));
    }

    [Test]
    public async Task Import_changed_file_is_stored_anew_even_with_the_same_length()
    {
        Write("in/a.png", SampleImages.OfLength(5000, seed: 1));
        Write("in/b.png", SampleImages.OfLength(5000, seed: 1));
        await ImportAsync();
        Write("in/a.png", SampleImages.OfLength(5000, seed: 2));

        var result = (await ImportAsync()).Succeeded();

        Assert.That(result.Out, Does.StartWith("Stored 1 (1 of them replaced), skipped 1, refused 0: "));
        Assert.That((await RunAsync("get", "--store", Store, "a.png", "-")).OutBytes, Is.EqualTo(SampleImages.OfLength(5000, seed: 2)));
    }

    [Test]
    public async Task Import_lists_refused_files_by_name_and_reason_and_stores_the_others()
    {
        Write("in/good.png", SampleImages.Png());
        Write("in/text.jpg", "only named like an image"u8.ToArray());
        Write("in/empty.png", []);
        Write("in/cut.png", SampleImages.Png()[..20]);
        Write("in/huge.png", SampleImages.PngClaiming(100_000, 100_000));

        var result = await ImportAsync();

        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(result.Error, Is.Empty);
        Assert.That(result.OutLines[..^1].Order(StringComparer.Ordinal), Is.EqualTo(result.OutLines[..^1].Where(line => line.StartsWith("refused  ", StringComparison.Ordinal)).Order(StringComparer.Ordinal)));
        Assert.That(result.Out, Does.Contain("refused  text.jpg: ").And.Contain("refused  empty.png: It is empty").And.Contain("refused  cut.png: ").And.Contain("refused  huge.png: ").And.Contain("pixels"));
        Assert.That(result.OutLines[^1], Does.StartWith("Stored 1, skipped 0, refused 4: "));
        Assert.That(await ListAsync(), Is.EqualTo(new[] { "good.png (good.png)" }));
    }

    [Test]
    public async Task Import_json_has_problems_and_counts()
    {
        Write("in/good.png", SampleImages.OfLength(1000));
        Write("in/text.jpg", "only named like an image"u8.ToArray());

        var result = await ImportAsync("--json");

        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Failure));
        var json = result.Json;
        Assert.That(json.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "problems", "completed", "stored", "replaced", "skipped", "refused", "failed", "bytesStored", "linkedFolders", "seconds" }));
        var problem = json.GetProperty("problems").EnumerateArray().Single();
        Assert.That(problem.GetProperty("file").GetString(), Is.EqualTo("text.jpg"));
        Assert.That(problem.GetProperty("outcome").GetString(), Is.EqualTo("refused"));
        Assert.That(problem.GetProperty("reason").GetString(), Is.Not.Empty);
        Assert.That(json.GetProperty("stored").GetInt64(), Is.EqualTo(1));
        Assert.That(json.GetProperty("bytesStored").GetInt64(), Is.EqualTo(1000));
        Assert.That(json.GetProperty("completed").GetBoolean(), Is.True);
    }

    [Test]
    public async Task Import_names_of_other_scripts_and_decomposed_ones()
    {
        Write("in/日本/猫🐈.png", SampleImages.Png());
        Write("in/" + "café.png".Normalize(NormalizationForm.FormD), SampleImages.Png());

        (await ImportAsync()).Succeeded();

        Assert.That(await ListAsync(), Does.Contain("日本/猫🐈.png (猫🐈.png)"));
        Assert.That((await RunAsync("info", "--store", Store, "café.png".Normalize(NormalizationForm.FormC))).ExitCode, Is.EqualTo(ExitCode.Success));
        Assert.That((await RunAsync("info", "--store", Store, "café.png".Normalize(NormalizationForm.FormD))).ExitCode, Is.EqualTo(ExitCode.Success), "a key is normalized as it is typed");
    }

    [Test(Description = "Two files must not end as one image.")]
    [Platform(Exclude = "MacOSX", Reason = "Its file systems hold both names for the same.")]
    public async Task Import_two_files_of_one_normalized_name_refuses_one()
    {
        Write("in/" + "é.png".Normalize(NormalizationForm.FormC), SampleImages.Png(seed: 1));
        Write("in/" + "é.png".Normalize(NormalizationForm.FormD), SampleImages.Png(seed: 2));

        var result = await ImportAsync();

        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Failure));
        Assert.That(result.Out, Does.Contain("normalization").And.Contain("Stored 1, skipped 0, refused 1"));
        Assert.That((await RunAsync("get", "--store", Store, "é.png", "-")).OutBytes, Is.EqualTo(SampleImages.Png(seed: 1)));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Links need a privilege there.")]
    public async Task Import_follows_links_to_files_but_not_to_folders()
    {
        Write("in/a.png", SampleImages.Png());
        Write("elsewhere/b.png", SampleImages.Jpeg());
        File.CreateSymbolicLink(PathOf("in/file.jpg"), PathOf("elsewhere/b.png"));
        Directory.CreateSymbolicLink(PathOf("in/circle"), Folder);
        File.CreateSymbolicLink(PathOf("in/nowhere.png"), PathOf("gone.png"));

        var result = await ImportAsync();

        Assert.That(result.Out, Does.Contain("failed   nowhere.png: It is a link that leads nowhere.").And.Contain("Stored 2, skipped 0, refused 0, failed 1").And.Contain("1 link to folders not followed."));
        Assert.That(await ListAsync(), Is.EqualTo(new[] { "a.png (a.png)", "file.jpg (file.jpg)" }));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has no such names.")]
    public async Task Import_name_that_a_terminal_would_obey_is_printed_harmlessly()
    {
        Write("in/evil\u001b[31m\n.png", SampleImages.Png());

        var result = await ImportAsync();

        Assert.That(result.Out, Does.Contain("""evil\u001b[31m\u000a.png""").And.None.EqualTo('\u001b'));
    }

    [Test]
    public async Task Import_leaves_out_what_a_store_keeps_for_itself()
    {
        Write("in/a.png", SampleImages.Png());
        Write("in/deep/.imagestorage/b.png", SampleImages.Png());

        (await ImportAsync()).Succeeded();

        Assert.That(await ListAsync(), Is.EqualTo(new[] { "a.png (a.png)" }));
    }

    [Test]
    public async Task Import_store_inside_of_the_folder_is_not_imported_into_itself()
    {
        Write("in/a.png", SampleImages.Png());

        (await RunAsync("import", "--store", $"file:{PathOf("in/keep")}", Folder)).Succeeded();
        var again = (await RunAsync("import", "--store", $"file:{PathOf("in/keep")}", Folder)).Succeeded();

        Assert.That(again.Out, Does.StartWith("Stored 0, skipped 1, refused 0"));
    }

    [Test]
    public async Task Import_of_a_store_is_refused()
    {
        Write("in/a.png", SampleImages.Png());
        await ImportAsync();

        (await RunAsync("import", "--store", $"file:{PathOf("other")}", StorePath)).Failed(ExitCode.Failure, "is a store");
        (await RunAsync("import", "--store", Store, Path.Join(StorePath, "images"))).Failed(ExitCode.Failure, "inside the store");

        Assert.That(Directory.Exists(PathOf("other")), Is.False);
    }

    [Test]
    public async Task Import_missing_folder_or_file_fails_and_makes_no_store()
    {
        Write("file.png", SampleImages.Png());

        (await RunAsync("import", "--store", Store, PathOf("nothing"))).Failed(ExitCode.Failure, "There is no folder");
        (await RunAsync("import", "--store", Store, PathOf("file.png"))).Failed(ExitCode.Failure, "is a file");

        Assert.That(Directory.Exists(StorePath), Is.False);
    }

    [Test]
    public async Task Import_into_a_root_that_is_a_file_ends_with_one_error_not_one_for_each_file()
    {
        Write("in/a.png", SampleImages.Png());
        Write("in/b.png", SampleImages.Png());
        File.WriteAllText(StorePath, "a file");

        var result = (await ImportAsync()).Failed(ExitCode.Failure, string.Empty);

        Assert.That(result.Error.Trim().Split('\n'), Has.Length.EqualTo(1));
        Assert.That(result.Out, Does.StartWith("Stopped early. Stored 0, "));
    }

    [Test]
    public async Task Import_keep_times_records_when_the_file_was_modified()
    {
        var file = Write("in/a.png", SampleImages.Png());
        File.SetLastWriteTimeUtc(file, new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc));

        (await ImportAsync("--keep-times")).Succeeded();

        Assert.That((await RunAsync("info", "--store", Store, "a.png")).Out, Does.Contain("Created:      2020-02-03T04:05:06Z"));
    }

    [Test]
    public async Task Import_cancelled_says_what_was_done_and_exits_130()
    {
        Write("in/a.png", SampleImages.Png());
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var result = await RunAsync(["import", "--store", Store, Folder], [], cancellationToken: cancelled.Token);

        Assert.That(result.ExitCode, Is.EqualTo(ExitCode.Cancelled));
        Assert.That(result.Out, Does.StartWith("Stopped early. "));
        Assert.That(result.Error.Trim(), Is.EqualTo("error: Cancelled."));
    }

    [Test(Description = "Eight saves at once make the same new folders of a new store.")]
    [Repeat(20)]
    public async Task Import_into_a_new_store_concurrently_stores_all()
    {
        for (var i = 0; i < 32; i++)
        {
            Write($"in/new/{i / 8}/{i}.png", SampleImages.Png(seed: i));
        }

        var result = await RunAsync("import", "--store", $"file:{PathOf(Guid.NewGuid().ToString("n"))}", Folder);

        Assert.That(result.Out, Does.StartWith("Stored 32, skipped 0, refused 0: "));
    }

    [Test]
    public async Task Import_on_a_terminal_prints_refused_and_summary_as_well()
    {
        Write("in/good.png", SampleImages.Png());
        Write("in/[bad].jpg", "only named like an image"u8.ToArray());

        var result = await RunAsync(["import", "--store", Store, Folder], [], terminalWidth: 200);

        Assert.That(result.Out, Does.Contain("refused  [bad].jpg: ").And.Contain("Stored 1, skipped 0, refused 1: "));
    }

    private Task<ToolResult> ImportAsync(params string[] options) => RunAsync(["import", "--store", Store, Folder, .. options]);

    /// <summary>Keys and file names, in the order of the keys.</summary>
    private async Task<string[]> ListAsync()
    {
        var json = (await RunAsync("ls", "--store", Store, "--json", "--order", "key")).Succeeded().Json;
        return [.. json.EnumerateArray().Select(image => $"{image.GetProperty("key").GetString()} ({image.GetProperty("fileName").GetString()})")];
    }
}
