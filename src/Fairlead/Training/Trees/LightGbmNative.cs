using System.Runtime.InteropServices;

namespace Fairlead.Training.Trees;

/// <summary>The part of LightGBM's C interface (include/LightGBM/c_api.h, version 4.7) that Fairlead uses. Every function returns 0, or -1 with the reason in <see cref="LastError"/>.</summary>
internal static unsafe partial class LightGbmNative
{
    private const string Library = "lib_lightgbm";

    public const int Float32 = 0;
    public const int Float64 = 1;

    [ThreadStatic]
    private static bool _quiet;

    private static readonly Lazy<bool> _available = new(Load);

    /// <summary>The native library and what it needs (libgomp) are there and load.</summary>
    public static bool Available => _available.Value;

    /// <exception cref="InvalidOperationException">LightGBM refused; the message is its own.</exception>
    public static void Check(int status)
    {
        if (status != 0)
        {
            throw new InvalidOperationException("LightGBM: " + Marshal.PtrToStringUTF8(LastError()));
        }
    }

    /// <summary>Call before anything that may log. What LightGBM logs is dropped (errors come by <see cref="Check"/>): it would print to stdout, and keeps its settings per thread.</summary>
    public static void Quiet()
    {
        if (!_quiet)
        {
            _ = RegisterLogCallback((nint)(delegate* unmanaged[Cdecl]<byte*, void>)&Drop);
            _quiet = true;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(System.Runtime.CompilerServices.CallConvCdecl)])]
    private static void Drop(byte* message)
    {
    }

    private static bool Load()
    {
        if (!OperatingSystem.IsWindows())
        {
            // OpenMP reads its environment when it is loaded, and .NET's own setter does not reach it.
            // Threads that spin while they wait steal the cores from whoever else runs.
            _ = SetEnvironment("OMP_WAIT_POLICY", "passive", 0);
        }

        return NativeLibrary.TryLoad(Library, typeof(LightGbmNative).Assembly, null, out _);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport(Library, EntryPoint = "LGBM_GetLastError")]
    private static partial nint LastError();

    [LibraryImport(Library, EntryPoint = "LGBM_RegisterLogCallback")]
    private static partial int RegisterLogCallback(nint callback);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetCreateFromMat", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int DatasetCreate(double* data, int type, int rows, int columns, int rowMajor, string parameters, nint reference, out nint dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetSetField", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int DatasetSetField(nint dataset, string field, void* data, int elements, int type);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetFree")]
    public static partial int DatasetFree(nint dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterCreate", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int BoosterCreate(nint dataset, string parameters, out nint booster);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterFree")]
    public static partial int BoosterFree(nint booster);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterAddValidData")]
    public static partial int BoosterAddValidData(nint booster, nint dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterUpdateOneIter")]
    public static partial int BoosterUpdate(nint booster, out int finished);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterGetPredict")]
    public static partial int BoosterGetPredict(nint booster, int dataset, out long length, double* result);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterSaveModelToString")]
    public static partial int BoosterSave(nint booster, int start, int iterations, int importance, long capacity, out long length, byte* text);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterPredictForMat", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int BoosterPredict(
        nint booster, double* data, int type, int rows, int columns, int rowMajor, int kind, int start, int iterations, string parameters, out long length, double* result);
}
