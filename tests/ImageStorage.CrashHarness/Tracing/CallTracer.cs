using System.Globalization;
using System.Runtime.InteropServices;
using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Workers;

namespace ImageStorage.CrashHarness.Tracing;

/// <summary>Compiles and runs the program calltrace (native/calltrace.c).</summary>
internal sealed class CallTracer
{
    private readonly string _program;

    /// <exception cref="MissingPartException">This machine has no compiler, or cannot trace.</exception>
    public CallTracer(string folder)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
        {
            throw new MissingPartException("system calls are traced on Linux, x86-64 and arm64, only", mayBeMissing: true);
        }

        var compiler = Tools.Require("cc", "gcc libc6-dev");
        _program = Path.Join(folder, "calltrace");
        Tools.Do(compiler, "-O2", "-o", _program, Path.Join(AppContext.BaseDirectory, "native", "calltrace.c"));
        var (exitCode, output) = Tools.Run(_program, "--root", folder, "--log", Path.Join(folder, "trial.trace"), "--", "true");
        if (exitCode != 0)
        {
            throw new MissingPartException($"processes cannot be traced here (a container may need --cap-add SYS_PTRACE): {output.Trim()}");
        }
    }

    /// <summary>Returns the command that runs a program and traces its calls below a folder.</summary>
    public IReadOnlyList<string> Watch(string root, string log, string? keep = null) =>
        keep is null ? [_program, "--root", root, "--log", log, "--"] : [_program, "--root", root, "--log", log, "--keep", keep, "--"];

    /// <summary>Returns the command that counts calls, or fails one of them.</summary>
    public IReadOnlyList<string> Inject(string root, string log, Fault fault, long at) =>
    [
        _program, "--root", root, "--log", log, "--calls", string.Join(',', fault.Calls), "--at", at.ToString(CultureInfo.InvariantCulture),
        "--fault", fault.How, .. fault.IsSticky ? (string[])["--sticky"] : [], "--",
    ];
}
