using System.Diagnostics;
using ImageStorage.Testing;

namespace ImageStorage.Tool.Tests;

/// <summary>What only a process of its own shows: real streams, real exit codes, real signals.</summary>
internal sealed class ProcessTests : ToolFixture
{
    [Test]
    public async Task Process_prints_bytes_on_stdout_and_errors_on_stderr()
    {
        var bytes = SampleImages.OfLength(200_000);
        using var put = Start("put", "--store", Store, "grüße/猫.png", "-", "--json");
        await put.StandardInput.BaseStream.WriteAsync(bytes);
        put.StandardInput.Close();
        var stored = await ResultOf(put);
        using var get = Start("get", "--store", Store, "grüße/猫.png", "-");
        var read = await ResultOf(get);
        using var missing = Start("get", "--store", Store, "nothing", "-");
        var failed = await ResultOf(missing);

        Assert.That(stored.Succeeded().Json.GetProperty("key").GetString(), Is.EqualTo("grüße/猫.png"));
        Assert.That(read.Succeeded().OutBytes, Is.EqualTo(bytes));
        Assert.That(failed.Failed(ExitCode.Failure, "'nothing'").OutBytes, Is.Empty);
    }

    [Test]
    public async Task Process_copies_and_moves()
    {
        var bytes = SampleImages.OfLength(200_000);
        using var put = Start("put", "--store", Store, "grüße/猫.png", "-");
        await put.StandardInput.BaseStream.WriteAsync(bytes);
        put.StandardInput.Close();
        (await ResultOf(put)).Succeeded();
        using var cp = Start("cp", "--store", Store, "grüße/猫.png", "copy.png");
        var copied = await ResultOf(cp);
        using var mv = Start("mv", "--store", Store, "copy.png", "moved.png", "--json");
        var moved = await ResultOf(mv);
        using var again = Start("mv", "--store", Store, "copy.png", "moved.png");
        var missing = await ResultOf(again);
        using var get = Start("get", "--store", Store, "moved.png", "-");
        var read = await ResultOf(get);

        copied.Succeeded();
        Assert.That(moved.Succeeded().Json.GetProperty("key").GetString(), Is.EqualTo("moved.png"));
        missing.Failed(ExitCode.Failure, "'copy.png'");
        Assert.That(read.Succeeded().OutBytes, Is.EqualTo(bytes));
    }

    [Test]
    public async Task Process_with_redirected_output_draws_and_colours_nothing()
    {
        Write("in/a.png", SampleImages.Png());
        using var import = Start("import", "--store", Store, PathOf("in"));
        var imported = await ResultOf(import);
        using var ls = Start("ls", "--store", Store);
        var listed = await ResultOf(ls);
        using var verify = Start("verify", "--store", Store);
        var verified = await ResultOf(verify);

        Assert.That(imported.Succeeded().Out + listed.Succeeded().Out + verified.Succeeded().Out, Has.None.EqualTo('\u001b'));
        Assert.That(listed.OutLines, Has.Length.EqualTo(1));
    }

    [Test(Description = "P9: a provider that cannot be shared says so.")]
    public async Task Process_on_a_database_that_another_process_has_open_is_refused_and_harms_nothing()
    {
        var uri = $"litedb:{PathOf("images.db")}";
        using var owner = Start("put", "--store", uri, "first", "-");
        var bytes = SampleImages.OfLength(4_000_000);

        // More than a pipe holds, and more than is read before the database is opened: when this comes back, it is
        // open.
        await owner.StandardInput.BaseStream.WriteAsync(bytes.AsMemory(0, 3_000_000));
        await owner.StandardInput.BaseStream.FlushAsync();
        using var second = Start("ls", "--store", uri);
        var refused = await ResultOf(second);
        await owner.StandardInput.BaseStream.WriteAsync(bytes.AsMemory(3_000_000));
        owner.StandardInput.Close();
        (await ResultOf(owner)).Succeeded();
        using var third = Start("get", "--store", uri, "first", "-");

        refused.Failed(ExitCode.Failure, "the database is open in another process");
        Assert.That((await ResultOf(third)).Succeeded().OutBytes, Is.EqualTo(bytes));
    }

    [Test(Description = "P9 and P3: several processes may open the same folder at once, and the remains of a dead process do not disturb the others.")]
    public async Task Process_in_the_middle_of_a_save_is_not_disturbed_by_others_on_its_folder_and_loses_to_the_process_that_created_the_image_meanwhile()
    {
        var (slow, quick) = (SampleImages.OfLength(4_000_000, 1), SampleImages.OfLength(200_000, 2));
        using var saver = Start("put", "--store", Store, "slow", "-");
        using var creator = Start("put", "--store", Store, "shared", "-", "--create-only");
        using var victim = Start("put", "--store", Store, "never", "-");
        var three = new[] { saver, creator, victim };

        // More than a pipe holds and more than is read ahead: when this comes back, each of them has a part of its
        // image in the store.
        await Task.WhenAll(three.Select(process => process.StandardInput.BaseStream.WriteAsync(slow.AsMemory(0, 3_000_000)).AsTask()));
        var staged = Staged();
        victim.Kill();
        await victim.WaitForExitAsync();

        // This process also opens the folder. The first save removes the remains of the dead process, and nothing else.
        (await RunAsync(["put", "--store", Store, "quick", "-"], quick)).Succeeded();
        var stagedByTheLiving = Staged();
        (await RunAsync(["put", "--store", Store, "shared", "-", "--create-only"], quick)).Succeeded();
        var listed = await RunAsync("ls", "--store", Store);
        var results = await Task.WhenAll(FinishAsync(saver, slow.AsMemory(3_000_000)), FinishAsync(creator, slow.AsMemory(3_000_000)));

        Assert.That(staged, Has.Length.EqualTo(3));
        Assert.That(stagedByTheLiving, Has.Length.EqualTo(2).And.SubsetOf(staged));
        Assert.That(listed.Succeeded().OutLines, Has.Length.EqualTo(2));
        results[0].Succeeded();
        results[1].Failed(ExitCode.Failure, "'shared'");
        Assert.That((await RunAsync("get", "--store", Store, "slow", "-")).Succeeded().OutBytes, Is.EqualTo(slow));
        Assert.That((await RunAsync("get", "--store", Store, "shared", "-")).Succeeded().OutBytes, Is.EqualTo(quick));
        Assert.That((await RunAsync("ls", "--store", Store)).Succeeded().OutLines, Has.Length.EqualTo(3));
        (await RunAsync("verify", "--store", Store)).Succeeded();
        Assert.That(Staged(), Is.Empty);
    }

    // The link, not /dev/stdout itself: root could replace that, and a broken tool would.
    [TestCase("-")]
    [TestCase("link to /dev/stdout")]
    [TestCase("/dev/fd/1")]
    [TestCase("/proc/self/fd/1")]
    [Platform(Include = "Linux", Reason = "Windows has none of these names, macOS not all.")]
    public async Task Process_writes_an_image_to_standard_output_by_every_name_of_it(string name)
    {
        var bytes = SampleImages.OfLength(200_000);
        await RunAsync(["put", "--store", Store, "k", "-"], bytes);
        File.CreateSymbolicLink(PathOf("link"), "/dev/stdout");
        name = name.StartsWith("link", StringComparison.Ordinal) ? PathOf("link") : name;

        var piped = await ShellAsync("dotnet \"$1\" get --store \"$2\" k \"$3\" | cat", Tool, Store, name);
        var appended = await ShellAsync("printf abc > \"$4\" && dotnet \"$1\" get --store \"$2\" k \"$3\" >> \"$4\" && printf xyz >> \"$4\"", Tool, Store, name, PathOf("out"));

        Assert.That((piped.ExitCode, piped.OutBytes), Is.EqualTo((0, bytes)));
        Assert.That((appended.ExitCode, appended.Out), Is.EqualTo((0, string.Empty)));
        Assert.That(File.ReadAllBytes(PathOf("out")), Is.EqualTo((byte[])[.. "abc"u8, .. bytes, .. "xyz"u8]));
    }

    [Test(Description = "A FileStream would not move the position that the commands share.")]
    [Platform(Exclude = "Win", Reason = "The script is for a Unix shell.")]
    public async Task Process_output_of_two_commands_into_one_file_is_in_sequence()
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());

        await ShellAsync("{ dotnet \"$1\" usage --store \"$2\"; dotnet \"$1\" usage --store \"$2\" --json; } > \"$3\"", Tool, Store, PathOf("out"));

        Assert.That(await File.ReadAllTextAsync(PathOf("out")), Does.StartWith("1 image, ").And.Contain("\n{").And.Contain("\"count\": 1"));
    }

    [TestCase("get", "k", "-")]
    [TestCase("get", "k", "/dev/fd/1")]
    [TestCase("get", "k", "out.png")]
    [TestCase("get", "k", "out.png", "--json")]
    [TestCase("ls")]
    [TestCase("ls", "--json")]
    [TestCase("info", "k")]
    [TestCase("info", "k", "--json")]
    [TestCase("usage")]
    [TestCase("verify")]
    [TestCase("verify", "--json")]
    [TestCase("status")]
    [TestCase("import", "in")]
    [TestCase("import", "in", "--json")]
    [TestCase("tx", "recover")]
    [TestCase("history", "ls", "--json")]
    [TestCase("ls", "--help")]
    [Platform(Exclude = "Win", Reason = "The console of .NET hides it there.")]
    public async Task Process_whose_output_is_not_read_does_not_exit_0_and_prints_no_stack_trace(params string[] command)
    {
        await RunAsync(["put", "--store", Store, "k", "-"], SampleImages.Png());
        Write("in/a.png", SampleImages.Png());

        // Waits until the reading end of its output is closed, and becomes the tool then.
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "read -r go && exec dotnet \"$@\"", "sh", Tool, .. command, "--store", Store])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = PathOf(string.Empty),
        })!;
        process.StandardOutput.Close();
        await process.StandardInput.WriteLineAsync("go");
        process.StandardInput.Close();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.That((process.ExitCode, error), Is.EqualTo((ExitCode.OutputClosed, string.Empty)));
        Assert.That(error, Does.Not.Contain("   at "));
    }

    [TestCase("ls -s file:missing", "2>/dev/full", 1)]
    [TestCase("ls -s nothing:x", "2>/dev/full", 2)]
    [TestCase("", "2>/dev/full", 2)]
    [TestCase("ls -s nothing:x", "2>&-", 2)]
    [Platform(Include = "Linux", Reason = "Only Linux has /dev/full.")]
    public async Task Process_whose_errors_cannot_be_written_keeps_its_exit_code(string arguments, string redirection, int exitCode)
    {
        var result = await ShellAsync($"cd \"$2\" && dotnet \"$1\" {arguments} {redirection}", Tool, PathOf(string.Empty));

        Assert.That((result.ExitCode, result.Out), Is.EqualTo((exitCode, string.Empty)));
    }

    [Test]
    [Platform(Include = "Linux", Reason = "Only there a name can be any bytes.")]
    public async Task Process_argument_that_is_not_utf_8_is_never_another_file()
    {
        Write("x\uFFFD.png", SampleImages.Png());

        var result = await ShellAsync("cd \"$3\" && dotnet \"$1\" put --store \"$2\" k \"$(printf 'x\\351.png')\"", Tool, Store, PathOf(string.Empty));
        var replacement = await ShellAsync("cd \"$3\" && dotnet \"$1\" put --store \"$2\" k x\uFFFD.png", Tool, Store, PathOf(string.Empty));

        result.Failed(ExitCode.Usage, "not valid UTF-8");
        replacement.Succeeded();
    }

    // 128 and the number of SIGTERM, as shells have it.
    private const int TerminatedExitCode = 143;

    [Test(Description = "P3: a save that was interrupted changes nothing.")]
    [Platform(Exclude = "Win", Reason = "Signals are Unix.")]
    public async Task Process_terminated_in_the_middle_of_a_save_exits_by_the_signal_and_leaves_the_store_sound()
    {
        var bytes = SampleImages.OfLength(4_000_000);
        await RunAsync(["put", "--store", Store, "first", "-"], SampleImages.Png());
        using var put = Start("put", "--store", Store, "second", "-");

        // More than a pipe holds: when this comes back, the tool is reading, and waits for the rest.
        await put.StandardInput.BaseStream.WriteAsync(bytes.AsMemory(0, 1_000_000));
        await put.StandardInput.BaseStream.FlushAsync();

        // Not SIGINT: where the tests themselves run in the background, their children ignore it.
        using (var kill = Process.Start("kill", ["-TERM", put.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        var result = await ResultOf(put);

        Assert.That(result.ExitCode, Is.EqualTo(TerminatedExitCode), result.Error);
        Assert.That((await RunAsync("ls", "--store", Store)).Succeeded().OutLines.Single(), Does.StartWith("first\t"));
        (await RunAsync("verify", "--store", Store)).Succeeded();
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Signals are Unix.")]
    public async Task Process_that_serves_images_answers_this_machine_alone_and_ends_cleanly()
    {
        var bytes = SampleImages.OfLength(200_000);
        await RunAsync(["put", "--store", Store, "cats/tom.png", "-"], bytes);
        using var serve = Start("serve", "--store", Store);
        var line = await serve.StandardOutput.ReadLineAsync();
        var address = new Uri(line!.Split(' ').Single(word => word.StartsWith("http:", StringComparison.Ordinal)).Replace("KEY.", string.Empty, StringComparison.Ordinal));
        using var client = new HttpClient();
        using var get = await client.GetAsync(new Uri(address, "cats/tom.png"));
        using var delete = await client.DeleteAsync(new Uri(address, "cats/tom.png"));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "cats/tom.png")) { Headers = { Host = "evil.test" } };
        using var rebound = await client.SendAsync(request);
        using var second = Start("serve", "--store", Store, "--port", address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var refused = await ResultOf(second);
        using (var kill = Process.Start("kill", ["-TERM", serve.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        var result = await ResultOf(serve);

        Assert.That(address.Host, Is.EqualTo("127.0.0.1"));
        Assert.That(((int)get.StatusCode, (int)delete.StatusCode, (int)rebound.StatusCode), Is.EqualTo((200, 405, 400)));
        Assert.That(await get.Content.ReadAsByteArrayAsync(), Is.EqualTo(bytes));
        refused.Failed(ExitCode.Failure, "cannot be used");
        Assert.That((result.ExitCode, result.Error), Is.EqualTo((0, string.Empty)));
    }

    /// <summary>What is written and not yet visible, in the folders of the processes that write it.</summary>
    private string[] Staged() =>
        [.. Directory.EnumerateDirectories(Path.Join(StorePath, ".imagestorage", "staging")).SelectMany(Directory.EnumerateFiles).Order(StringComparer.Ordinal)];

    private static async Task<ToolResult> FinishAsync(Process process, ReadOnlyMemory<byte> rest)
    {
        await process.StandardInput.BaseStream.WriteAsync(rest);
        process.StandardInput.Close();
        return await ResultOf(process);
    }

    private static string Tool => typeof(ImageStorageTool).Assembly.Location;

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Tool, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    private static async Task<ToolResult> ResultOf(Process process)
    {
        using var output = new MemoryStream();
        var copying = process.StandardOutput.BaseStream.CopyToAsync(output);
        var error = await process.StandardError.ReadToEndAsync();
        await copying;
        await process.WaitForExitAsync();
        return new ToolResult(process.ExitCode, output.ToArray(), error);
    }
}
